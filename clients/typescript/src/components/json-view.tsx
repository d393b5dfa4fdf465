"use client";

import { useMemo, useRef, useState, type ReactNode } from "react";
import { jsonOf } from "../index.js";
import { whole } from "../text.js";
import { beginningOf } from "./describe.js";
import { hitsInText } from "./json-search.js";
import { JsonTreeView } from "./json-tree-view.js";
import { readTree, type JsonTree } from "./json-tree.js";
import { classes } from "./parts.js";
import { useTexts } from "./texts.js";
import { useHits, useReveal } from "./use-hits.js";
import { ValueBar } from "./value-bar.js";
import { VisibleText } from "./visible-text.js";

export interface JsonViewProps {
  /** A value of an event, whose numbers are shown as they came; or any other value. A text that is JSON is shown as that. */
  readonly value?: unknown;
  /** The JSON as it came, in place of a value. */
  readonly text?: string;
  /** What it is, for those who hear the page. */
  readonly label: string;
  /** What stands above it. */
  readonly heading?: string;
  readonly className?: string;
}

/**
 * JSON as a tree, and any other text as it is; both with a search, and copied as it came. Nothing in it is lost or converted:
 * numbers of any size, names like `__proto__`, marks of direction, which are shown in place of their effect.
 */
export function JsonView({ value, text, label, heading, className }: JsonViewProps): ReactNode {
  const [isRaw, setRaw] = useState(false);
  const all = useMemo(() => text ?? textOf(value), [text, value]);
  const tree = useMemo(() => treeOf(all), [all]);
  const shared = { label, heading, isRaw, setRaw: tree === undefined ? undefined : setRaw };
  return (
    <div className={classes("es-alone es-json-view", className)}>
      {tree === undefined || isRaw ? <Plain key={`text ${label}`} text={whole(all)} {...shared} /> : <JsonTreeView key={all} tree={tree} {...shared} />}
    </div>
  );
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return jsonOf(value);
  } catch {
    return String(value);
  }
}

/** A tree of what has members: a single value is a text as well. */
function treeOf(text: string): JsonTree | undefined {
  const tree = /^\s*[{[]/.test(text) ? readTree(text) : undefined;
  return tree === undefined || tree.nodes.length < 2 ? undefined : tree;
}

// More makes a page slow, and is rarely read.
const shownAtFirst = 20_000;
// Shorter texts are seen at a glance.
const sought = 1000;

export interface ValueProps {
  readonly label: string;
  readonly heading: string | undefined;
  readonly isRaw: boolean;
  /** Missing where there is but one way to show the value. */
  readonly setRaw: ((isRaw: boolean) => void) | undefined;
}

function Plain({ text, label, heading, isRaw, setRaw }: ValueProps & { readonly text: string }): ReactNode {
  const texts = useTexts();
  const [isAsked, setAsked] = useState(false);
  const search = useHits(text, hitsInText);
  const { hits, current } = search;
  const view = useRef<HTMLPreElement>(null);
  useReveal(view, current);
  const isCut = !isAsked && text.length > shownAtFirst && (current === undefined || current.at + current.length < shownAtFirst);
  return (
    <>
      <ValueBar heading={heading} label={label} search={text.length > sought ? search : undefined} copy={() => text} isRaw={isRaw} setRaw={setRaw} />
      <pre ref={view} className="es-json" role="region" aria-label={label} tabIndex={0} dir="auto">
        <VisibleText text={isCut ? beginningOf(text, shownAtFirst) : text} hits={hits} current={current} />
      </pre>
      {isCut ? <button type="button" className="es-button" onClick={() => setAsked(true)}>{texts.showAll(text.length)}</button> : null}
    </>
  );
}
