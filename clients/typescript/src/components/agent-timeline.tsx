"use client";

import { createContext, memo, useContext, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { type AgentEvent, initialTimeline, type Message, reduceTimeline, type TimelineEntry, type ToolCall } from "../index.js";
import { whole } from "../text.js";
import { useReduced } from "../react/index.js";
import { beginningOf, describe, formatTime, lineOf, toneOf, toneOfStatus } from "./describe.js";
import { JsonView } from "./json-view.js";
import { Badge, classes, Details, Empty, firstShown, Told, useFollow } from "./parts.js";
import { useTexts } from "./texts.js";
import { ToolCallValues } from "./values.js";

const LocalTimes = createContext(false);
const TextLayout = createContext<AgentTimelineProps["renderText"]>(undefined);
const RowActions = createContext<AgentTimelineProps["renderActions"]>(undefined);

/** What a row of the timeline is about. */
export type TimelineSubject =
  | { readonly kind: "message"; readonly of: Message }
  | { readonly kind: "tool_call"; readonly of: ToolCall }
  | { readonly kind: "event"; readonly of: AgentEvent };

export interface AgentTimelineProps {
  /** The `events` of a hook. */
  readonly events: readonly AgentEvent[];
  /** About how many rows are shown at first, and how many more with each "Show earlier"; by default 200. */
  readonly pageSize?: number;
  /** Shows times in the reader's time zone; by default in UTC. */
  readonly localTime?: boolean;
  /** Lays out what was said, such as `MessageView` of `@eventstream/client/markdown`; by default it is shown as it came. Declare it outside of the component. */
  readonly renderText?: (text: string) => ReactNode;
  /** What may be done with a row, such as a button that shows more of it; seen while the pointer or the focus is there. Declare it outside of the component, or keep it with `useCallback`. */
  readonly renderActions?: (subject: TimelineSubject) => ReactNode;
  readonly label?: string;
  readonly className?: string;
}

// A list follows the newest row while it is this close to its end, in pixels: rounding and zoom cost a few.
const followMargin = 24;

/** What happened, newest last: messages as they grow, tool calls with their results, everything else in a line. Scrolls to the newest until the reader scrolls up. */
export function AgentTimeline({ events, pageSize = 200, localTime = false, renderText, renderActions, label, className }: AgentTimelineProps): ReactNode {
  const texts = useTexts();
  const timeline = useReduced(reduceTimeline, initialTimeline, events);
  const { entries, begun, messages, toolCalls } = timeline;
  const [shown, setShown] = useState(pageSize);
  const [isFollowing, setFollowing] = useState(true);
  const list = useRef<HTMLDivElement>(null);

  const byKey = useMemo(() => {
    const things = new Map<string, Message | ToolCall>();
    for (const message of messages.messages) things.set(message.key, message);
    for (const call of toolCalls.toolCalls) things.set(call.key, call);
    return things;
  }, [messages.messages, toolCalls.toolCalls]);

  useFollow(list, isFollowing, timeline);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = list.current as HTMLDivElement;
    setFollowing(scrollHeight - scrollTop - clientHeight < followMargin);
  };

  const earlier = firstShown(begun, entries.length, shown, pageSize);
  const visible = entries.slice(earlier);
  return (
    <div className={classes("es es-timeline", className)}>
      <div className="es-scroll" ref={list} role="log" aria-live="off" aria-label={label ?? texts.timeline} tabIndex={0} onScroll={onScroll} onKeyDown={moveFocus}>
        {entries.length === 0 ? <Empty>{texts.nothingYet}</Empty> : null}
        {earlier > 0 ? (
          <button type="button" className="es-button" onClick={() => { setFollowing(false); setShown(shown + pageSize); }}>
            {texts.showEarlier(earlier)}
          </button>
        ) : null}
        <ol className="es-rows">
          <LocalTimes.Provider value={localTime}>
            <TextLayout.Provider value={renderText}>
              <RowActions.Provider value={renderActions}>
                {visible.map((entry) => (
                  <Row key={entry.key} entry={entry} thing={byKey.get(entry.key)} />
                ))}
              </RowActions.Provider>
            </TextLayout.Provider>
          </LocalTimes.Provider>
        </ol>
      </div>
      <button type="button" className="es-button es-jump" hidden={isFollowing} onClick={() => setFollowing(true)}>
        {texts.jumpToNewest}
      </button>
    </div>
  );
}

/** Arrow keys go from row to row; they scroll when no row has the focus. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const current = (event.target as HTMLElement).closest("summary");
  if (step === 0 || current === null) return;
  const rows = [...event.currentTarget.querySelectorAll("summary")];
  const next = rows[rows.indexOf(current) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

// Only rows whose message, call or event has changed are drawn anew.
const Row = memo(function Row({ entry, thing }: { readonly entry: TimelineEntry; readonly thing: Message | ToolCall | undefined }): ReactNode {
  if (entry.kind === "event") return <EventRow event={entry.event} repeats={entry.repeats} />;
  if (thing === undefined) return null;
  return "text" in thing ? <MessageRow message={thing} /> : <ToolRow call={thing} />;
});

// A thought of one line isn't folded: nothing would be gained.
const isLong = (text: string): boolean => beginningOf(text) !== text || text.includes("\n");

function MessageRow({ message }: { readonly message: Message }): ReactNode {
  const texts = useTexts();
  const who = message.kind === "thought" ? texts.thought : texts.role(message.role ?? "message");
  return (
    <li className={`es-row es-row-${message.kind}`}>
      <Time at={message.startedAt} />
      <div className="es-row-body">
        <span className="es-who">
          {who}
          {message.agent === undefined ? null : <span className="es-muted"> {message.agent}</span>}
          {message.status === "interrupted" ? <Badge status="interrupted" tone="warn" /> : null}
        </span>
        <Actions kind="message" of={message} />
        {message.kind === "thought" && message.status !== "streaming" && isLong(message.text) ? (
          <Details summary={<span className="es-muted" dir="auto">{beginningOf(message.text)}</span>}>{() => <Words message={message} />}</Details>
        ) : (
          <Words message={message} />
        )}
      </div>
    </li>
  );
}

function Words({ message }: { readonly message: Message }): ReactNode {
  const layOut = useContext(TextLayout);
  if (message.status !== "streaming" && layOut !== undefined) return <Told>{layOut(message.text)}</Told>;
  return <p className={classes("es-text", message.status === "streaming" ? "es-streaming" : undefined)} dir="auto">{message.status === "streaming" ? whole(message.text) : message.text}</p>;
}

function ToolRow({ call }: { readonly call: ToolCall }): ReactNode {
  return (
    <li className={`es-row es-row-tool es-edge-${toneOfStatus(call.status)}`}>
      <Time at={call.startedAt} />
      <div className="es-row-body">
        <Details
          summary={
            <>
              <Agent name={call.agent} />
              <code>{call.name ?? call.id}</code> <Badge status={call.status} /> <span className="es-muted es-number">{useTexts().duration(call.durationMs)}</span>{" "}
              <span className="es-line es-muted">{call.error ?? call.resultText ?? lineOf(call.result) ?? whole(call.progress)}</span>
            </>
          }
        >
          {() => <ToolCallValues call={call} />}
        </Details>
        <Actions kind="tool_call" of={call} />
      </div>
    </li>
  );
}

function EventRow({ event, repeats }: { readonly event: AgentEvent; readonly repeats: number }): ReactNode {
  const { title, text } = describe(event, useTexts());
  return (
    <li className={`es-row es-row-event es-edge-${toneOf(event.type)}`}>
      <Time at={event.timestamp} />
      <div className="es-row-body">
        <Details
          summary={
            <>
              <Agent name={event.agent_id} />
              <span className="es-title">{title}</span>
              {repeats > 0 ? <span className="es-muted"> ×{repeats + 1}</span> : null} <span className="es-line es-muted">{text}</span>
            </>
          }
        >
          {() => <JsonView label={title} value={event} />}
        </Details>
        <Actions kind="event" of={event} />
      </div>
    </li>
  );
}

function Actions(subject: TimelineSubject): ReactNode {
  const actions = useContext(RowActions)?.(subject);
  return actions == null ? null : <span className="es-row-actions">{actions}</span>;
}

const Agent = ({ name }: { readonly name: string | undefined }): ReactNode => (name === undefined ? null : <span className="es-agent es-muted">{name} </span>);

function Time({ at }: { readonly at: string }): ReactNode {
  const isLocal = useContext(LocalTimes);
  const { time } = useTexts();
  return (
    <time className="es-time" dateTime={at} title={time(at, isLocal)}>
      {formatTime(at, isLocal)}
    </time>
  );
}
