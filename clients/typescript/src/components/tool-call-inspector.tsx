"use client";

import { memo, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { type AgentEvent, initialToolCalls, reduceToolCalls, type ToolCall } from "../index.js";
import { useReduced } from "../react/index.js";
import { formatTime } from "./describe.js";
import { Badge, classes, Empty, firstShown, useFollow } from "./parts.js";
import { useTexts } from "./texts.js";
import { ToolCallValues } from "./values.js";

export interface ToolCallInspectorProps {
  /** The `events` of a hook. */
  readonly events: readonly AgentEvent[];
  /** About how many of the newest calls are listed; by default 200. */
  readonly limit?: number;
  /** Shows times in the reader's time zone; by default in UTC. */
  readonly localTime?: boolean;
  readonly label?: string;
  readonly className?: string;
}

/** The tool calls, and the details of the chosen one; the newest is chosen until the reader chooses another. */
export function ToolCallInspector({ events, limit = 200, localTime = false, label, className }: ToolCallInspectorProps): ReactNode {
  const texts = useTexts();
  const { toolCalls, begun } = useReduced(reduceToolCalls, initialToolCalls, events);
  const [chosen, setChosen] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const calls = toolCalls.slice(firstShown(begun, toolCalls.length, limit, limit));
  const found = calls.findIndex((call) => call.key === chosen);
  const at = found < 0 ? calls.length - 1 : found;
  const call = calls[at];
  useFollow(list, found < 0, toolCalls);
  if (call === undefined) {
    return (
      <section className={classes("es es-inspector", className)} aria-label={label ?? texts.toolCalls}>
        <Empty>{texts.noToolCalls}</Empty>
      </section>
    );
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: calls.length - 1 }[event.key];
    const next = to === undefined ? undefined : calls[to];
    if (to === undefined) return;
    event.preventDefault();
    // Choosing the last call follows the newest one again.
    if (next !== undefined) setChosen(event.key === "End" ? undefined : next.key);
    // jsdom has no layout, and so no scrolling.
    document.getElementById(`${id}${next?.key}`)?.scrollIntoView?.({ block: "nearest" });
  };

  return (
    <section className={classes("es es-inspector", className)} aria-label={label ?? texts.toolCalls}>
      <ul ref={list} className="es-scroll es-calls" role="listbox" aria-label={label ?? texts.toolCalls} tabIndex={0} aria-activedescendant={`${id}${call.key}`} onKeyDown={onKeyDown}>
        {calls.map((each) => (
          <Option key={each.key} id={`${id}${each.key}`} call={each} isChosen={each === call} choose={setChosen} />
        ))}
      </ul>
      <Chosen call={call} isLocal={localTime} />
    </section>
  );
}

interface OptionProps {
  readonly id: string;
  readonly call: ToolCall;
  readonly isChosen: boolean;
  readonly choose: (key: string) => void;
}

const Option = memo(function Option({ id, call, isChosen, choose }: OptionProps): ReactNode {
  return (
    <li id={id} className="es-call" role="option" aria-selected={isChosen} onClick={() => choose(call.key)}>
      <code className="es-line">{call.name ?? call.id}</code>
      <Badge status={call.status} />
      <span className="es-muted es-number">{useTexts().duration(call.durationMs)}</span>
    </li>
  );
});

function Chosen({ call, isLocal }: { readonly call: ToolCall; readonly isLocal: boolean }): ReactNode {
  const texts = useTexts();
  const time = formatTime(call.startedAt, isLocal);
  const facts = [
    [texts.agent, call.agent],
    [texts.run, call.runId],
    [texts.call, call.id],
    [texts.began, isLocal ? time : texts.utc(time)],
    [texts.took, texts.duration(call.durationMs)],
  ] as const;
  return (
    <div className="es-scroll es-chosen" role="region" aria-label={texts.toolCall(call.name ?? call.id)} tabIndex={0}>
      <h3 className="es-heading">
        <code>{call.name ?? call.id}</code> <Badge status={call.status} />
      </h3>
      <dl className="es-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd><bdi className="es-number">{value || "–"}</bdi></dd>
          </div>
        ))}
      </dl>
      <ToolCallValues call={call} />
    </div>
  );
}
