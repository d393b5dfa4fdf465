import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { jsonOf, type AgentEvent } from "../../src/index.js";
import { beginningOf, formatTime, toneOf } from "../../src/components/describe.js";
import { JsonView } from "../../src/components/json-view.js";
import { fullTime } from "../../src/components/full-time.js";
import { useWindow } from "../../src/components/use-window.js";
import { CopyButton } from "./copy.js";

// Kept in step with styles/panels.css.
const rowHeight = 28;

interface FramesProps {
  readonly events: readonly AgentEvent[];
  /** The `event_id` of the chosen frame. */
  readonly wanted: string | undefined;
  readonly choose: (eventId: string | undefined) => void;
  readonly isLocalTime: boolean;
}

/** The raw frames, one line each. Only the lines in view are in the page. */
export function Frames({ events, wanted, choose: tell, isLocalTime }: FramesProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const at = useMemo(() => (wanted === undefined ? -1 : events.findLastIndex((event) => event.event_id === wanted)), [events, wanted]);
  const chosen = events[at];
  const [isFollowing, setFollowing] = useState(wanted === undefined);
  const { first, last, height, show } = useWindow(list, events.length, rowHeight);
  const id = useId();

  useLayoutEffect(() => {
    const element = list.current as HTMLDivElement;
    if (isFollowing) element.scrollTop = element.scrollHeight;
  }, [isFollowing, events, height]);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = list.current as HTMLDivElement;
    setFollowing(scrollHeight - scrollTop - clientHeight < rowHeight);
  };
  const choose = (index: number) => tell(events[index]?.event_id);
  // A link leads to its frame as soon as that is there.
  useEffect(() => {
    if (at < 0) return;
    setFollowing(false);
    show(at);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wanted, at >= 0]);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const current = at < 0 ? events.length : at;
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page, Home: 0, End: events.length - 1 }[event.key];
    if (event.key === "Escape") tell(undefined);
    if (to === undefined) return;
    event.preventDefault();
    choose(Math.min(Math.max(to, 0), events.length - 1));
  };

  return (
    <div className="frames">
      <div className="frame-head" aria-hidden="true">
        <span>Id</span>
        <span>Time</span>
        <span>Type</span>
        <span>Payload</span>
      </div>
      <div ref={list} className="frame-list" role="listbox" aria-label="Raw frames" tabIndex={0} aria-activedescendant={at < first || at >= last ? undefined : `${id}${at}`} onScroll={onScroll} onKeyDown={onKeyDown}>
        {wanted !== undefined && at < 0 && events.length > 0 ? <p className="hint">The frame that was linked isn't here: the filter leaves it out, or the page doesn't hold it any more.</p> : null}
        {events.length === 0 ? <p className="hint">No frame, or none that passes the filter.</p> : null}
        <div className="frame-space" style={{ height: events.length * rowHeight }}>
          {events.slice(first, last).map((event, i) => (
            <Line key={first + i} id={`${id}${first + i}`} event={event} index={first + i} count={events.length} isChosen={first + i === at} choose={choose} isLocalTime={isLocalTime} />
          ))}
        </div>
      </div>
      {chosen === undefined ? null : (
        <div className="frame-detail">
          <div className="frame-title">
            <strong>{chosen.type}</strong> <code>{chosen.id ?? "without an id"}</code>
            <CopyButton key={`${chosen.event_id} link`} label="Copy link" text={() => location.href} />
            <button type="button" className="button small" onClick={() => tell(undefined)}>Close</button>
          </div>
          <JsonView key={chosen.event_id} label={`Frame ${chosen.id ?? chosen.type}`} value={chosen} />
        </div>
      )}
    </div>
  );
}

interface LineProps {
  readonly id: string;
  readonly event: AgentEvent;
  readonly index: number;
  readonly count: number;
  readonly isChosen: boolean;
  readonly choose: (index: number) => void;
  readonly isLocalTime: boolean;
}

function Line({ id, event, index, count, isChosen, choose, isLocalTime }: LineProps): ReactNode {
  return (
    <div id={id} className="frame" role="option" aria-selected={isChosen} aria-posinset={index + 1} aria-setsize={count} style={{ top: index * rowHeight }} onClick={() => choose(index)}>
      <code className="frame-id">{event.id ?? "–"}</code>
      <span className="frame-time" title={fullTime(event.timestamp, isLocalTime)}>{formatTime(event.timestamp, isLocalTime)}</span>
      <code className={`frame-type tone-${toneOf(event.type)}`}>{event.type}</code>
      <span className="frame-payload">{payloadOf(event)}</span>
    </div>
  );
}

const payloads = new WeakMap<AgentEvent, string>();
const maxShown = 240;

function payloadOf(event: AgentEvent): string {
  let text = payloads.get(event);
  if (text === undefined) payloads.set(event, (text = beginningOf(jsonOf(event.payload), maxShown)));
  return text;
}
