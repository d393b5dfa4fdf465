"use client";

import { useState, type ReactNode } from "react";
import { formatJson, titleOf, toneOfStatus, type Tone } from "./describe.js";

/** A status as a word in a colour; the word alone says it too. */
export function Badge({ status, tone = toneOfStatus(status) }: { readonly status: string; readonly tone?: Tone }): ReactNode {
  return <span className={`es-badge es-${tone}`}>{titleOf(status)}</span>;
}

/** A value that can be read and scrolled by keyboard. */
export function Json({ label, value }: { readonly label: string; readonly value: unknown }): ReactNode {
  return (
    <pre className="es-json" role="region" aria-label={label} tabIndex={0}>
      {formatJson(value)}
    </pre>
  );
}

/** A line that opens. What is inside is made only then: a timeline has hundreds. */
export function Details({ summary, children }: { readonly summary: ReactNode; readonly children: () => ReactNode }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="es-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen ? children() : null}
    </details>
  );
}

export const Empty = ({ children }: { readonly children: ReactNode }): ReactNode => <p className="es-empty">{children}</p>;

export const classes = (...names: readonly (string | undefined)[]): string => names.filter(Boolean).join(" ");
