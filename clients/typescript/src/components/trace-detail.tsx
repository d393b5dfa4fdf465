"use client";

import type { ReactNode } from "react";
import type { TraceNode } from "../index.js";
import { ToolCallValues } from "./agent-timeline.js";
import { failures, formatDuration, formatTime, titleOf } from "./describe.js";
import { Badge, classes, Empty, Json } from "./parts.js";

export interface TraceDetailProps {
  /** The chosen node of a tree; without one it says how to choose. */
  readonly node: TraceNode | undefined;
  /** Shows times in the reader's time zone; by default in UTC. */
  readonly localTime?: boolean;
  /** Lays out what was said, such as `MessageView` of `@eventstream/client/markdown`; by default it is shown as it came. */
  readonly renderText?: (text: string) => ReactNode;
  readonly className?: string;
}

/** All that is known of a node: what went in, what came out, why it failed, what it took. */
export function TraceDetail({ node, localTime = false, renderText, className }: TraceDetailProps): ReactNode {
  if (node === undefined) {
    return (
      <section className={classes("es es-detail", className)} aria-label="Detail">
        <Empty>Choose a row to see what went in, what came out, and what it took.</Empty>
      </section>
    );
  }
  const time = (ms: number | undefined) => (ms === undefined ? undefined : `${formatTime(new Date(ms).toISOString(), localTime)}${localTime ? "" : " UTC"}`);
  const facts = [
    ["Agent", node.agent],
    ["Run", node.runId],
    ["Began", time(node.startMs)],
    ["Took", formatDuration(node.durationMs)],
    ["Tokens", node.usage.totalTokens?.toLocaleString("en")],
    ["Cost", node.usage.cost?.toLocaleString("en", { maximumFractionDigits: 6 })],
    ["Retries", node.retries > 0 ? String(node.retries) : undefined],
    ["Failed below", node.errors > node.ownErrors ? String(node.errors - node.ownErrors) : undefined],
  ] as const;
  return (
    <section className={classes("es es-detail", className)} aria-label="Detail">
      <div className="es-scroll es-detail-body" role="region" aria-label={`${titleOf(node.kind)} ${node.name}`} tabIndex={0}>
        <h3 className="es-heading">
          <span className="es-muted">{titleOf(node.kind)}</span> <bdi>{node.name}</bdi> <Badge status={node.status} />
        </h3>
        <dl className="es-facts">
          {facts.map(([name, value]) => (value ? <div key={name}><dt>{name}</dt><dd className="es-number">{value}</dd></div> : null))}
        </dl>
        <Content node={node} renderText={renderText} />
      </div>
    </section>
  );
}

function Content({ node, renderText }: { readonly node: TraceNode; readonly renderText: TraceDetailProps["renderText"] }): ReactNode {
  switch (node.kind) {
    case "tool_call":
      return <ToolCallValues call={node.of} />;
    case "message":
    case "thought":
      // What still grows would be laid out anew with each piece.
      return node.outcome !== "going" && renderText !== undefined ? renderText(node.of.text) : <p className="es-text" dir="auto">{node.of.text}</p>;
    case "run":
      return <Values of={node} values={[["Error", node.error ?? failures.get(node.status)], ["Input", node.of.input], ["Output", node.of.outputText ?? node.of.output]]} />;
    case "workflow":
      return <Values of={node} values={[["Error", node.error], ["Result", node.of.result]]} />;
    case "step":
      return <Values of={node} values={[["Error", node.error], ["Output", node.of.outputText ?? node.of.output]]} />;
  }
}

function Values({ of, values }: { readonly of: TraceNode; readonly values: readonly (readonly [label: string, value: unknown])[] }): ReactNode {
  return values.map(([label, value]) =>
    value == null ? null : (
      <div key={label}>
        <h4 className="es-label">{label}</h4>
        <Json label={`${label} of ${of.name}`} value={value} />
      </div>
    ),
  );
}
