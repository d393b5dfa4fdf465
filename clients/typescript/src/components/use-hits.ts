"use client";

import { useDeferredValue, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { patternOf, type Hit } from "./json-search.js";

export interface Hits {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly hits: readonly Hit[];
  /** The hit that is looked at. */
  readonly current: Hit | undefined;
  readonly at: number;
  /** Goes to the next hit, or the one before; behind the last one to the first. */
  readonly step: (by: 1 | -1) => void;
}

/** A search in a value. */
export function useHits<T>(value: T, find: (value: T, pattern: RegExp) => readonly Hit[]): Hits {
  const [query, setQuery] = useState("");
  const [wantedAt, setAt] = useState(0);
  const wanted = useDeferredValue(query);
  const hits = useMemo(() => {
    const pattern = patternOf(wanted);
    return pattern === undefined ? [] : find(value, pattern);
  }, [value, find, wanted]);
  const at = Math.min(wantedAt, Math.max(0, hits.length - 1));
  return {
    query,
    setQuery: (changed) => {
      setQuery(changed);
      setAt(0);
    },
    hits,
    current: hits[at],
    at,
    step: (by) => setAt(hits.length === 0 ? 0 : (at + by + hits.length) % hits.length),
  };
}

/** Scrolls the hit that is looked at into view. */
export function useReveal(view: RefObject<HTMLElement | null>, current: Hit | undefined): void {
  const shown = useRef<Hit>(undefined);
  // After each render: what is above the hit may be opened only then.
  useEffect(() => {
    const mark = current === undefined || current === shown.current ? null : view.current?.querySelector("[data-current]");
    if (mark == null) return;
    shown.current = current;
    // jsdom has no layout, and so no scrolling.
    mark.scrollIntoView?.({ block: "nearest" });
  });
}
