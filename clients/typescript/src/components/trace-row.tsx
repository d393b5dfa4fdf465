"use client";

import { memo, type CSSProperties, type ReactNode } from "react";
import type { TraceNode } from "../index.js";
import { whole } from "../text.js";
import { beginningOf, lineOf } from "./describe.js";
import { outcomeLooks } from "./outcomes.js";
import { classes } from "./parts.js";
import { titleOfNode, useTexts, type Texts } from "./texts.js";
import type { Gap } from "./trace-axis.js";
import { unturned } from "./visible-text.js";

/** The same for all rows, so that only those in view need to be there. In pixels. */
export const rowHeight = 28;

// Further in, the name would have no room.
const maxIndent = 12;


export interface TraceRowProps {
  readonly id: string;
  readonly node: TraceNode;
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly isFolded: boolean;
  readonly isSelected: boolean;
  readonly top: number;
  /** In percent of the axis; null when there is no axis. */
  readonly barStart: number | null | undefined;
  readonly barLength: number | undefined;
  readonly gaps: readonly Gap[];
  readonly localTime: boolean;
  readonly select: (node: TraceNode) => void;
  readonly fold: (node: TraceNode) => void;
}

/** A line of a trace: what it is, how it came out, how long it took. */
export const TraceRow = memo(function TraceRow({ id, node, depth, hasChildren, isFolded, isSelected, top, barStart, barLength, gaps, localTime, select, fold }: TraceRowProps): ReactNode {
  const texts = useTexts();
  const [mark, tone] = outcomeLooks[node.outcome];
  const took = texts.duration(node.durationMs);
  // A run says how many failed in it; what is folded says so for all that isn't seen.
  const errors = node.errors > node.ownErrors || (node.kind === "run" && node.errors > 0) ? node.errors : 0;
  return (
    <div
      id={id}
      className={classes("es-trace-row", `es-trace-${node.kind}`)}
      style={{ top, height: rowHeight }}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={hasChildren ? !isFolded : undefined}
      aria-selected={isSelected}
      onClick={() => select(node)}
    >
      <span className="es-trace-name" style={{ "--es-depth": Math.min(depth, maxIndent) } as CSSProperties}>
        <span
          className="es-fold"
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            if (hasChildren) fold(node);
          }}
        >
          {hasChildren ? (isFolded ? "▸" : "▾") : ""}
        </span>
        <span className={`es-mark es-${tone}`} aria-hidden="true">{mark}</span>
        <span className="es-kind es-muted">{texts.shortKind(node.kind)}</span>
        <span className="es-line">
          <bdi className={classes("es-trace-title", node.kind === "tool_call" ? "es-code" : undefined)}>{titleOfNode(node, texts)}</bdi> <span className="es-hidden">{texts.status(node.status)}</span>{" "}
          <bdi className={node.outcome === "failed" ? "es-bad-text" : "es-muted"}>{unturned(previewOf(node, texts))}</bdi>
        </span>
        {errors > 0 ? <span className="es-errors" title={texts.failedBelow(errors)}>{errors}<span className="es-hidden"> {texts.errors(errors)}</span></span> : null}
      </span>
      <span className="es-number es-muted es-took" title={spanOf(node, localTime, texts)}>{took}</span>
      {barStart === null ? null : (
        <span className="es-track" aria-hidden="true">
          {gaps.map((gap) => <span key={gap.start} className={classes("es-gap", gap.isLost ? "es-lost" : undefined)} style={{ insetInlineStart: `${gap.start}%`, width: `${gap.length}%` }} />)}
          {barStart === undefined ? null : <span className={`es-bar es-${tone}`} style={{ insetInlineStart: `${barStart}%`, width: `${barLength}%` }} title={`${took} ${spanOf(node, localTime, texts)}`} />}
        </span>
      )}
    </div>
  );
});

function spanOf({ startMs, endMs }: TraceNode, localTime: boolean, texts: Texts): string {
  const [begin, end] = [startMs, endMs].map((ms) => (ms === undefined ? undefined : texts.time(new Date(ms).toISOString(), localTime)));
  return begin === undefined ? "" : texts.span(begin, end);
}

/** What tells most of a node in a line. */
function previewOf(node: TraceNode, texts: Texts): string {
  if (node.outcome === "failed") return beginningOf(node.error ?? texts.failure(node.status) ?? "");
  switch (node.kind) {
    case "run":
      return node.outcome === "waiting" ? texts.status(node.status) : (lineOf(node.of.input) ?? node.of.activity ?? "");
    case "tool_call":
      return node.outcome === "waiting" ? texts.waitsForApproval : (lineOf(node.of.args) ?? "");
    case "message":
    case "thought":
      return whole(beginningOf(node.of.text.replace(/\s+/g, " ")));
    default:
      return lineOf(node.of.error ?? undefined) ?? "";
  }
}
