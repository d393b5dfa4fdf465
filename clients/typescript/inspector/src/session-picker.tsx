import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { timeOf } from "../../src/time.js";
import { ChevronIcon } from "./icons.js";
import { addressOf, goTo } from "./place.js";
import { recentSessions, type Outcome, type Session } from "./server.js";

/** The sessions that began last; loaded again whenever it appears. */
export function RecentSessions({ server, current, onChosen }: { readonly server: string | undefined; readonly current?: string; readonly onChosen?: () => void }): ReactNode {
  const [answer, setAnswer] = useState<Outcome<readonly Session[]>>();
  useEffect(() => {
    const leaving = new AbortController();
    void recentSessions(server, leaving.signal).then((outcome) => {
      if (!leaving.signal.aborted) setAnswer(outcome);
    });
    return () => leaving.abort();
  }, [server]);

  if (answer === undefined) return <p className="hint">Looking for sessions…</p>;
  if (!answer.isOk) return <p className="hint bad" role="alert">{answer.words}</p>;
  if (answer.value.length === 0) return <p className="hint">No session yet. Play the demo, or publish to one.</p>;
  return (
    <ul className="sessions" aria-label="Recent sessions">
      {answer.value.map(({ session_id, started_at }) => (
        <li key={session_id}>
          <a
            href={addressOf(session_id)}
            aria-current={session_id === current ? "page" : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              goTo(session_id);
              onChosen?.();
            }}
          >
            <code>{session_id}</code>
            <time dateTime={started_at}>{ago(started_at)}</time>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Asks for the id of a session, which need not have begun. */
export function SessionForm({ initial = "", onChosen, label = "Session", hasFocus = false }: { readonly initial?: string; readonly onChosen?: () => void; readonly label?: string; readonly hasFocus?: boolean }): ReactNode {
  const [id, setId] = useState(initial);
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong = problemOf(id.trim());
    setProblem(wrong);
    if (wrong !== undefined) return;
    goTo(id.trim());
    onChosen?.();
  };
  return (
    <form className="session-form" onSubmit={submit}>
      <input autoFocus={hasFocus} aria-label={label} placeholder="Session id, such as demo" value={id} onChange={(event) => setId(event.target.value)} spellCheck={false} autoCapitalize="none" aria-invalid={problem !== undefined} aria-describedby={problem === undefined ? undefined : "session-problem"} />
      <button type="submit" className="button">Watch</button>
      {problem === undefined ? null : <p id="session-problem" className="hint bad" role="alert">{problem}</p>}
    </form>
  );
}

/** The session that is shown, and a menu of others. */
export function SessionMenu({ sessionId, server }: { readonly sessionId: string; readonly server: string | undefined }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointer = (event: PointerEvent) => {
      if (!menu.current?.contains(event.target as Node)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    addEventListener("pointerdown", onPointer);
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("pointerdown", onPointer);
      removeEventListener("keydown", onKey);
    };
  }, [isOpen]);
  return (
    <div className="menu" ref={menu}>
      <button ref={button} type="button" className="button session-button" aria-expanded={isOpen} aria-controls="session-menu" onClick={() => setOpen(!isOpen)} title="Other sessions">
        <span className="visually-hidden">Session </span>
        <code>{sessionId}</code>
        <ChevronIcon />
      </button>
      {isOpen ? (
        <div id="session-menu" className="popover">
          <SessionForm onChosen={() => setOpen(false)} label="Another session" hasFocus />
          <h2>Recent sessions</h2>
          <RecentSessions server={server} current={sessionId} onChosen={() => setOpen(false)} />
        </div>
      ) : null}
    </div>
  );
}

/** The server's rule, so that a typing error is shown before any request. */
function problemOf(id: string): string | undefined {
  if (id === "") return "Give the id of a session.";
  if (id.length > 128) return `A session id has at most 128 characters; this has ${id.length}.`;
  if (!/^[A-Za-z0-9]/.test(id)) return "A session id begins with a letter or a digit.";
  const wrong = /[^A-Za-z0-9._:@-]/.exec(id)?.[0];
  return wrong === undefined ? undefined : `A session id has letters, digits and . _ : @ - only, not "${wrong}".`;
}

function ago(timestamp: string): string {
  const began = timeOf(timestamp);
  if (began === undefined) return "";
  const seconds = Math.max(0, (Date.now() - began) / 1000);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}
