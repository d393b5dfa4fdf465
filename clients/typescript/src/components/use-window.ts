"use client";

import { useCallback, useEffect, useState, type RefObject } from "react";

// Rows above and below those in view, so that scrolling doesn't show an empty list.
const margin = 10;
// Where nothing is laid out, such as on a server.
const assumedHeight = 600;

export interface ListWindow {
  /** The first row that is rendered, and the one behind the last. */
  readonly first: number;
  readonly last: number;
  /** Of the list, in pixels. */
  readonly height: number;
  /** Scrolls a row into view. */
  readonly show: (row: number) => void;
}

/** Which rows of a long list of equal rows are in view. */
export function useWindow(list: RefObject<HTMLElement | null>, count: number, rowHeight: number): ListWindow {
  const [{ top, height }, setView] = useState({ top: 0, height: assumedHeight });
  const isThere = count > 0;
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = () => setView((before) => {
      const seen = { top: element.scrollTop, height: element.clientHeight || assumedHeight };
      return seen.top === before.top && seen.height === before.height ? before : seen;
    });
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = typeof ResizeObserver === "undefined" ? undefined : new ResizeObserver(look);
    observer?.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer?.disconnect();
    };
  }, [list, isThere]);

  const show = useCallback(
    (row: number) => {
      const element = list.current;
      if (element === null) return;
      const [above, below] = [row * rowHeight, (row + 1) * rowHeight];
      if (above < element.scrollTop) element.scrollTop = above;
      else if (below > element.scrollTop + element.clientHeight) element.scrollTop = below - element.clientHeight;
    },
    [list, rowHeight],
  );
  const first = Math.min(Math.max(0, Math.floor(top / rowHeight) - margin), Math.max(0, count - 1));
  return { first, last: Math.min(count, Math.ceil((top + height) / rowHeight) + margin), height, show };
}
