import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useWindow } from "../../src/components/use-window.js";
import { comparable } from "./filter.js";
import { useListView } from "./list-view.js";
import { recentSessions, type Outcome, type Session } from "./server.js";
import { useSessionDetails, type SessionDetails } from "./session-details.js";
import { SessionLine, sessionRowHeight } from "./session-line.js";
import { useSettings } from "./settings.js";
import { passes, sessionFilters, type SessionFilter } from "./session-rows.js";
import { useKeys } from "./use-keys.js";

const againMs = 10_000;
// With a filter by status, sessions out of view are asked too, until enough of them are found.
const soughtAtOnce = 20;

const words: { readonly [filter in SessionFilter]: string } = { all: "All", running: "Running", failed: "Failed" };

interface SessionListProps {
  readonly server: string | undefined;
  readonly current?: string | undefined;
  readonly onChosen?: () => void;
  /** Whether it is what its page is for: the key / goes to its search, and the address says what it shows. */
  readonly isMain?: boolean;
}

/** The sessions that began last, and how each goes. Only rows in view are in the page, and asked for. */
export function SessionList({ server, current, onChosen, isMain = false }: SessionListProps): ReactNode {
  const answer = useSessions(server);
  const details = useSessionDetails(server);
  const [{ text, filter }, change] = useListView(isMain);
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const { hasKeys } = useSettings();
  useKeys(isMain && hasKeys ? { "/": () => search.current?.focus() } : {});
  const all = answer?.isOk === true ? answer.value : none;
  const named = useMemo(() => (text.trim() === "" ? all : all.filter(({ session_id }) => matches(session_id, details, text))), [all, details, text, details.version()]);
  const rows = filter === "all" ? named : named.filter(({ session_id }) => hasPassed(session_id, details, filter));
  const { first, last } = useWindow(list, rows.length, sessionRowHeight);
  const unknown = filter === "all" ? none : named.filter(({ session_id }) => !details.isKnown(session_id));
  const wanted = [...rows.slice(first, last), ...unknown.slice(0, soughtAtOnce)].map(({ session_id }) => session_id);
  const names = wanted.join(" ");
  useEffect(() => details.want(names === "" ? [] : names.split(" ")), [details, names]);

  if (answer === undefined) return <p className="hint session-list">Looking for sessions…</p>;
  if (!answer.isOk) return <p className="hint bad session-list" role="alert">{answer.words}</p>;
  if (all.length === 0) return <p className="hint session-list">No session yet. Play the demo, or publish to one.</p>;
  return (
    <section className="session-list" aria-label="Sessions">
      <div className="session-filters">
        <input
          ref={search}
          type="search"
          aria-label="Search sessions"
          placeholder="Search ids and agents"
          title="Enter opens the first, arrow down goes to the list"
          value={text}
          onChange={(event) => change({ text: event.target.value })}
          onKeyDown={(event) => {
            const first = list.current?.querySelector("a");
            if (event.key === "Enter") first?.click();
            else if (event.key === "ArrowDown") first?.focus();
            else return;
            event.preventDefault();
          }}
        />
        <div className="chips" role="group" aria-label="Sessions shown">
          {sessionFilters.map((each) => (
            <button key={each} type="button" className="chip" aria-pressed={filter === each} onClick={() => change({ filter: each })}>{words[each]}</button>
          ))}
        </div>
        <span className="hint" role="status">{countOf(rows.length, all.length)}{unknown.length > 0 ? `, ${unknown.length} still to look at` : ""}</span>
      </div>
      <div className="session-head" aria-hidden="true">
        <span>Status</span><span>Session</span><span>Agent</span><span>Errors</span><span>Took</span><span>Watchers</span><span>Last event</span>
      </div>
      <div ref={list} className="session-rows">
        <ul aria-label="Recent sessions" onKeyDown={moveFocus} style={{ height: rows.length * sessionRowHeight }}>
          {rows.slice(first, last).map(({ session_id, started_at }, i) => (
            <SessionLine key={session_id} sessionId={session_id} startedAt={started_at} row={details.rowOf(session_id)} isCurrent={session_id === current} index={first + i} count={rows.length} onChosen={onChosen} />
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Arrow keys go from session to session. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const links = [...event.currentTarget.querySelectorAll("a")];
  event.preventDefault();
  links[links.indexOf(document.activeElement as HTMLAnchorElement) + step]?.focus();
}

const none: readonly Session[] = [];

const countOf = (shown: number, all: number): string => (shown === all ? `${all} ${all === 1 ? "session" : "sessions"}` : `${shown} of ${all}`);

const matches = (sessionId: string, details: SessionDetails, text: string): boolean => comparable(`${sessionId} ${details.rowOf(sessionId)?.agent ?? ""}`).includes(comparable(text.trim()));

function hasPassed(sessionId: string, details: SessionDetails, filter: SessionFilter): boolean {
  const row = details.rowOf(sessionId);
  return row !== undefined && passes(row, filter);
}

/** The sessions of a server, looked at again while they are shown. */
function useSessions(server: string | undefined): Outcome<readonly Session[]> | undefined {
  const [answer, setAnswer] = useState<Outcome<readonly Session[]>>();
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (document.visibilityState !== "hidden") {
        const outcome = await recentSessions(server, leaving.signal);
        if (leaving.signal.aborted) return;
        // One answer that fails doesn't empty the list.
        setAnswer((before) => (before?.isOk === true && !outcome.isOk ? before : outcome));
        // Who isn't let in is asked for a key, and the list begins anew with it.
        if (!outcome.isOk && outcome.status === 401) return;
      }
      timer = setTimeout(() => void look(), againMs);
    };
    void look();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [server]);
  return answer;
}
