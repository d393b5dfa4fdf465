import type { ReactNode } from "react";
import { formatDuration } from "../../src/components/describe.js";
import { fullTime } from "../../src/components/full-time.js";
import { timeOf } from "../../src/time.js";
import { addressOf, goTo } from "./place.js";
import { useSettings } from "./settings.js";
import type { SessionRow, SessionStatus } from "./session-rows.js";

/** The same for all rows. In pixels; kept in step with styles/sessions.css. */
export const sessionRowHeight = 40;

const looks: { readonly [status in SessionStatus]: readonly [words: string, tone: string] } = {
  running: ["Running", "busy"],
  waiting: ["Waits for an answer", "warn"],
  failed: ["Failed", "bad"],
  completed: ["Completed", "good"],
  cancelled: ["Cancelled", "plain"],
  events: ["No run", "plain"],
};

interface SessionLineProps {
  readonly sessionId: string;
  readonly startedAt: string;
  readonly row: SessionRow | undefined;
  readonly isCurrent: boolean;
  readonly index: number;
  readonly count: number;
  readonly onChosen: (() => void) | undefined;
}

/** A session of the list, which it leads to. */
export function SessionLine({ sessionId, startedAt, row, isCurrent, index, count, onChosen }: SessionLineProps): ReactNode {
  const { isLocalTime } = useSettings();
  const [words, tone] = row === undefined ? ["", "plain"] : looks[row.status];
  const at = row?.lastAt ?? timeOf(startedAt);
  return (
    <li style={{ top: index * sessionRowHeight }} aria-posinset={index + 1} aria-setsize={count}>
      <a
        href={addressOf({ sessionId })}
        aria-current={isCurrent ? "page" : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          goTo({ sessionId });
          onChosen?.();
        }}
      >
        <span className={`session-status tone-${tone}`}>{words}</span>
        <code>{sessionId}</code>
        <bdi className="session-agent">{row?.agent}{row !== undefined && row.otherAgents > 0 ? ` +${row.otherAgents}` : ""}</bdi>
        <span className={`session-errors${row !== undefined && row.errors > 0 ? " bad" : ""}`}>{row !== undefined && row.errors > 0 ? <>{row.errors.toLocaleString("en")}<span className="unit"> {row.errors === 1 ? "error" : "errors"}</span></> : null}</span>
        <span className="session-took">{formatDuration(row?.durationMs)}</span>
        <span className="session-viewers">{row !== undefined && row.viewers > 0 ? <>{row.viewers}<span className="unit"> watching</span></> : null}</span>
        <time dateTime={at === undefined ? startedAt : new Date(at).toISOString()} title={fullTime(at === undefined ? startedAt : new Date(at).toISOString(), isLocalTime)}>{at === undefined ? "" : ago(at)}</time>
      </a>
    </li>
  );
}

function ago(ms: number): string {
  const seconds = Math.max(0, (Date.now() - ms) / 1000);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}
