"use client";

import { memo, type CSSProperties, type ReactNode } from "react";
import { beginningOf } from "./describe.js";
import type { Hit } from "./json-search.js";
import { nameOf, nodeAt, readOf, writtenOf, type JsonNode, type JsonRow, type JsonTree } from "./json-tree.js";
import { classes } from "./parts.js";
import { useTexts } from "./texts.js";
import { VisibleText } from "./visible-text.js";

// Further in, the value would have no room.
const maxIndent = 16;
// A longer text hides what comes after it.
const shownAtFirst = 600;
const maxPreview = 120;

interface JsonLineProps {
  readonly id: string;
  readonly tree: JsonTree;
  readonly row: JsonRow;
  /** Whether a long text is shown whole. */
  readonly isWhole: boolean;
  readonly isChosen: boolean;
  readonly hits: readonly Hit[] | undefined;
  readonly current: Hit | undefined;
  readonly choose: (row: JsonRow) => void;
  readonly toggle: (row: JsonRow) => void;
}

/** A line of JSON: a name with its value, or with how much is in it. */
export const JsonLine = memo(function JsonLine({ id, tree, row, isWhole, isChosen, hits = [], current, choose, toggle }: JsonLineProps): ReactNode {
  const { part, depth, canOpen, isOpen } = row;
  const node = nodeAt(tree, row.node);
  return (
    <div
      id={id}
      className="es-json-line"
      style={{ "--es-depth": Math.min(depth, maxIndent) } as CSSProperties}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={canOpen ? isOpen : undefined}
      aria-selected={isChosen}
      onClick={() => choose(row)}
    >
      <span
        className="es-fold"
        aria-hidden="true"
        onClick={() => {
          if (canOpen) toggle(row);
        }}
      >
        {canOpen ? (isOpen ? "▾" : "▸") : ""}
      </span>
      {part === undefined ? (
        <span className="es-json-member">
          <span className={classes("es-json-name", typeof node.name === "number" ? "es-muted" : undefined)}>
            <bdi><VisibleText text={nameOf(node)} hits={hits.filter(({ isName }) => isName)} current={current} /></bdi>:
          </span>{" "}
          <Value tree={tree} node={node} isOpen={isOpen} isWhole={isWhole} hits={hits.filter(({ isName }) => !isName)} current={current} showAll={() => toggle(row)} />
        </span>
      ) : (
        <span className="es-muted">{`${part[0]} – ${part[1] - 1}`}</span>
      )}
    </div>
  );
});

interface ValueProps {
  readonly tree: JsonTree;
  readonly node: JsonNode;
  readonly isOpen: boolean;
  readonly isWhole: boolean;
  readonly hits: readonly Hit[];
  readonly current: Hit | undefined;
  readonly showAll: () => void;
}

function Value({ tree, node, isOpen, isWhole, hits, current, showAll }: ValueProps): ReactNode {
  const texts = useTexts();
  const { kind, members, start, end } = node;
  if (kind === "object" || kind === "list") {
    const count = kind === "object" ? `{${members.length || ""}}` : `[${members.length || ""}]`;
    if (isOpen || members.length === 0) return <span className="es-muted">{count}</span>;
    const preview = beginningOf(tree.text.slice(start, Math.min(end, start + 2 * maxPreview)).replace(/\s+/g, " "), maxPreview);
    return <span className="es-muted">{count} <bdi className="es-json-preview"><VisibleText text={preview} /></bdi></span>;
  }
  if (kind === "other") return <span className="es-json-other"><VisibleText text={writtenOf(tree, node)} hits={hits} current={current} /></span>;
  const text = readOf(tree, node);
  const isCut = !isWhole && text.length > shownAtFirst;
  return (
    <>
      <span className="es-json-text">"<span dir="auto"><VisibleText text={isCut ? beginningOf(text, shownAtFirst) : text} hits={hits} current={current} /></span>"</span>
      {isCut ? (
        <button
          type="button"
          className="es-button es-small"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            showAll();
          }}
        >
          {texts.showAll(text.length)}
        </button>
      ) : null}
    </>
  );
}
