import type { ReactNode } from "react";
import type { Hit } from "./json-search.js";

// What turns the direction of all that follows, can't be seen, or is half a character. Joiners are left: scripts and emoji need them.
const unseen = /[\0-\x08\x0B-\x1F\x7F-\x9F\xAD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uD800-\uDFFF\u{E0000}-\u{E007F}]/gu;

// What turns the direction of other characters around.
const turning = /[\u202A-\u202E\u2066-\u2069]/g;

/** A text that is read in the order in which it was written: marks that turn it around are seen, and do nothing. */
export const unturned = (text: string): string => text.replace(turning, (mark) => `\u2039${hex(mark.charCodeAt(0))}\u203A`);

interface VisibleTextProps {
  readonly text: string;
  /** What a search found in it. */
  readonly hits?: readonly Hit[] | undefined;
  readonly current?: Hit | undefined;
}

/** A text in which control characters are seen, and do nothing. */
export function VisibleText({ text, hits = [], current }: VisibleTextProps): ReactNode {
  const found = hits.filter(({ at, length }) => at + length <= text.length);
  if (found.length === 0) return seen(text, 0);
  const parts: ReactNode[] = [];
  let end = 0;
  for (const hit of found) {
    parts.push(...seen(text.slice(end, hit.at), end));
    end = hit.at + hit.length;
    parts.push(<mark key={`hit ${hit.at}`} className="es-hit" data-current={hit === current ? true : undefined}>{seen(text.slice(hit.at, end), hit.at)}</mark>);
  }
  return [...parts, ...seen(text.slice(end), end)];
}

function seen(text: string, offset: number): readonly ReactNode[] {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const { 0: character, index } of text.matchAll(unseen)) {
    const code = character.codePointAt(0) as number;
    parts.push(text.slice(end, index), <span key={offset + index} className="es-control" title={`U+${hex(code)}`}>{code < 0x20 ? String.fromCodePoint(0x2400 + code) : `\u2039${hex(code)}\u203A`}</span>);
    end = index + character.length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, "0");
