"use client";

import { useEffect, useLayoutEffect, useState, type ReactNode, type RefObject } from "react";
import { StreamError } from "../index.js";
import { toneOfStatus, type Tone } from "./describe.js";
import { useTexts } from "./texts.js";

/** A status as a coloured word; it can be understood without the colour. */
export function Badge({ status, tone = toneOfStatus(status) }: { readonly status: string; readonly tone?: Tone }): ReactNode {
  return <span className={`es-badge es-${tone}`}>{useTexts().status(status)}</span>;
}

/** A line that opens. Its content is rendered only then, because a timeline has hundreds of them. */
export function Details({ summary, children }: { readonly summary: ReactNode; readonly children: () => ReactNode }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="es-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen ? children() : null}
    </details>
  );
}

// A server paints nothing, and React 18 warns of layout effects there.
const useBeforePaint = typeof document === "undefined" ? useEffect : useLayoutEffect;

/** Keeps a list scrolled to its end while its content changes, unless the reader has scrolled away. */
export function useFollow(list: RefObject<HTMLElement | null>, isFollowing: boolean, content: unknown): void {
  useBeforePaint(() => {
    if (isFollowing && list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [list, isFollowing, content]);
}

/**
 * The index of the first item to show of a list that grows at its end and may lose its start.
 * It moves by half pages: removing rows one by one would shift all others each time.
 */
export function firstShown(begun: number, held: number, shown: number, pageSize: number): number {
  const step = Math.max(1, Math.floor(pageSize / 2));
  return Math.max(0, Math.floor((begun - shown) / step) * step - (begun - held));
}

/** What went wrong with a request, in the server's words if it has some. */
export function Failure({ error }: { readonly error: Error | undefined }): ReactNode {
  return error === undefined ? null : <p className="es-error" role="alert">{error instanceof StreamError ? (error.title ?? error.message) : error.message}</p>;
}

/** What a page's own layout of texts makes: it keeps the page's styles. */
export const Told = ({ children }: { readonly children: ReactNode }): ReactNode => <div className="es-told">{children}</div>;

export const Empty = ({ children }: { readonly children: ReactNode }): ReactNode => <p className="es-empty">{children}</p>;

export const classes = (...names: readonly (string | undefined)[]): string => names.filter(Boolean).join(" ");
