"use client";

import type { ReactNode } from "react";
import type { TraceNode } from "../index.js";
import { formatTime } from "./describe.js";
import { fullTime, utcTime } from "./full-time.js";
import { Badge, classes, Empty, Told } from "./parts.js";
import { titleOfNode, useTexts } from "./texts.js";
import { ToolCallValues, Values } from "./values.js";

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
  const texts = useTexts();
  if (node === undefined) {
    return (
      <section className={classes("es es-detail", className)} aria-label={texts.detail}>
        <Empty>{texts.chooseARow}</Empty>
      </section>
    );
  }
  const time = (ms: number | undefined) => (ms === undefined ? undefined : localTime ? formatTime(new Date(ms).toISOString(), true) : texts.utc(formatTime(new Date(ms).toISOString())));
  const numbered = (value: number | undefined) => (value === undefined ? undefined : texts.number(value));
  const facts = [
    [texts.agent, node.agent],
    [texts.run, node.runId],
    [texts.began, time(node.startMs), node.startMs === undefined ? undefined : localTime ? fullTime(new Date(node.startMs).toISOString(), true) : texts.utc(utcTime(node.startMs))],
    [texts.took, texts.duration(node.durationMs)],
    [texts.tokens, numbered(node.usage.totalTokens)],
    [texts.cost, numbered(node.usage.cost)],
    [texts.timesTried, node.retries > 0 ? String(node.retries) : undefined],
    [texts.failed, node.errors > node.ownErrors ? String(node.errors - node.ownErrors) : undefined],
  ] as const;
  return (
    <section className={classes("es es-detail", className)} aria-label={texts.detail}>
      <div className="es-scroll es-detail-body" role="region" aria-label={`${texts.kind(node.kind)} ${titleOfNode(node, texts)}`} tabIndex={0}>
        <h3 className="es-heading">
          <span className="es-muted">{texts.kind(node.kind)}</span> <bdi>{titleOfNode(node, texts)}</bdi> <Badge status={node.status} />
        </h3>
        <dl className="es-facts">
          {facts.map(([name, value, title]) => (value ? <div key={name}><dt>{name}</dt><dd title={title}><bdi className="es-number">{value}</bdi></dd></div> : null))}
        </dl>
        <Content node={node} renderText={renderText} />
      </div>
    </section>
  );
}

function Content({ node, renderText }: { readonly node: TraceNode; readonly renderText: TraceDetailProps["renderText"] }): ReactNode {
  const texts = useTexts();
  switch (node.kind) {
    case "tool_call":
      return <ToolCallValues call={node.of} />;
    case "message":
    case "thought":
      // What still grows would be laid out anew with each piece.
      return node.outcome !== "going" && renderText !== undefined ? <Told>{renderText(node.of.text)}</Told> : <p className="es-text" dir="auto">{node.of.text}</p>;
    case "run":
      return <Values of={node.name} values={[[texts.error, node.error ?? texts.failure(node.status)], [texts.input, node.of.input], [texts.output, node.of.outputText ?? node.of.output], [texts.usage, node.of.usage]]} />;
    case "workflow":
      return <Values of={node.name} values={[[texts.error, node.error], [texts.result, node.of.result]]} />;
    case "step":
      return <Values of={node.name} values={[[texts.error, node.error], [texts.output, node.of.outputText ?? node.of.output], [texts.usage, node.of.usage]]} />;
  }
}
