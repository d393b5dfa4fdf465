"use client";

import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { type AgentEvent, initialToolCalls, reduceToolCalls, type ToolCall } from "../index.js";
import { useReduced } from "../react/index.js";
import { ToolCallValues } from "./agent-timeline.js";
import { formatDuration, formatTime } from "./describe.js";
import { Badge, classes, Empty } from "./parts.js";

export interface ToolCallInspectorProps {
  /** The `events` of a hook. */
  readonly events: readonly AgentEvent[];
  /** How many of the newest calls are listed; by default 200. */
  readonly limit?: number;
  readonly label?: string;
  readonly className?: string;
}

/** The tool calls, and all that is known of the chosen one; the newest is chosen until another is. */
export function ToolCallInspector({ events, limit = 200, label = "Tool calls", className }: ToolCallInspectorProps): ReactNode {
  const { toolCalls } = useReduced(reduceToolCalls, initialToolCalls, events);
  const [chosen, setChosen] = useState<string>();
  const id = useId();
  const calls = toolCalls.slice(-limit).reverse();
  const at = Math.max(0, calls.findIndex((call) => call.key === chosen));
  const call = calls[at];
  if (call === undefined) {
    return (
      <section className={classes("es es-inspector", className)} aria-label={label}>
        <Empty>No tool has been called yet.</Empty>
      </section>
    );
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: calls.length - 1 }[event.key];
    const next = to === undefined ? undefined : calls[to];
    if (to === undefined) return;
    event.preventDefault();
    if (next !== undefined) setChosen(next.key);
    // jsdom has no layout, and so no scrolling.
    document.getElementById(`${id}${next?.key}`)?.scrollIntoView?.({ block: "nearest" });
  };

  return (
    <section className={classes("es es-inspector", className)} aria-label={label}>
      <ul className="es-scroll es-calls" role="listbox" aria-label={label} tabIndex={0} aria-activedescendant={`${id}${call.key}`} onKeyDown={onKeyDown}>
        {calls.map((each) => (
          <li key={each.key} id={`${id}${each.key}`} className="es-call" role="option" aria-selected={each === call} onClick={() => setChosen(each.key)}>
            <code className="es-line">{each.name ?? each.id}</code>
            <Badge status={each.status} />
            <span className="es-muted es-number">{formatDuration(each.durationMs)}</span>
          </li>
        ))}
      </ul>
      <Chosen call={call} />
    </section>
  );
}

function Chosen({ call }: { readonly call: ToolCall }): ReactNode {
  const facts = [
    ["Agent", call.agent],
    ["Run", call.runId],
    ["Call", call.id],
    ["Began", formatTime(call.startedAt)],
    ["Took", formatDuration(call.durationMs)],
  ] as const;
  return (
    <div className="es-scroll es-chosen" role="region" aria-label={`Tool call ${call.name ?? call.id}`} tabIndex={0}>
      <h3 className="es-heading">
        <code>{call.name ?? call.id}</code> <Badge status={call.status} />
      </h3>
      <dl className="es-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="es-number">{value || "–"}</dd>
          </div>
        ))}
      </dl>
      <ToolCallValues call={call} />
    </div>
  );
}
