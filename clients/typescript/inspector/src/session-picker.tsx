import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import type { StreamSource } from "../../src/index.js";
import { ChevronIcon } from "./icons.js";
import { goTo, nameOf } from "./place.js";
import { SessionList } from "./session-list.js";

const kinds = { session: "Session", project: "Project", broadcast: "Broadcast" } as const;

/** Asks which stream to watch: a session or project, which need not have begun, or what is broadcast. */
export function StreamForm({ onChosen, label = "Session", hasFocus = false }: { readonly onChosen?: () => void; readonly label?: string; readonly hasFocus?: boolean }): ReactNode {
  const [id, setId] = useState("");
  const [kind, setKind] = useState<keyof typeof kinds>("session");
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong = kind === "broadcast" ? undefined : problemOf(id.trim(), kind);
    setProblem(wrong);
    if (wrong !== undefined) return;
    goTo(kind === "broadcast" ? { broadcast: true } : kind === "project" ? { projectId: id.trim() } : { sessionId: id.trim() });
    onChosen?.();
  };
  return (
    <form className="session-form" onSubmit={submit}>
      <select aria-label="What to watch" value={kind} onChange={(event) => setKind(event.target.value as keyof typeof kinds)}>
        {Object.entries(kinds).map(([name, words]) => <option key={name} value={name}>{words}</option>)}
      </select>
      <input autoFocus={hasFocus} aria-label={kind === "project" ? "Project" : label} placeholder={kind === "broadcast" ? "All that is broadcast" : `${kinds[kind]} id, such as demo`} disabled={kind === "broadcast"} value={id} onChange={(event) => setId(event.target.value)} spellCheck={false} autoCapitalize="none" aria-invalid={problem !== undefined} aria-describedby={problem === undefined ? undefined : "session-problem"} />
      <button type="submit" className="button">Watch</button>
      {problem === undefined ? null : <p id="session-problem" className="hint bad" role="alert">{problem}</p>}
    </form>
  );
}

/** The stream that is shown, and a menu of others. */
export function SessionMenu({ source, server }: { readonly source: StreamSource; readonly server: string | undefined }): ReactNode {
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
        {source.sessionId === undefined ? null : <span className="visually-hidden">Session </span>}
        <code>{nameOf(source)}</code>
        <ChevronIcon />
      </button>
      {isOpen ? (
        <div id="session-menu" className="popover">
          <StreamForm onChosen={() => setOpen(false)} label="Another session" hasFocus />
          <SessionList server={server} current={source.sessionId} onChosen={() => setOpen(false)} />
        </div>
      ) : null}
    </div>
  );
}

/** The server's rule, so that a typing error is shown before any request. */
function problemOf(id: string, kind: "session" | "project"): string | undefined {
  if (id === "") return `Give the id of a ${kind}.`;
  if (id.length > 128) return `A ${kind} id has at most 128 characters; this has ${id.length}.`;
  if (!/^[A-Za-z0-9]/.test(id)) return `A ${kind} id begins with a letter or a digit.`;
  const wrong = /[^A-Za-z0-9._:@-]/.exec(id)?.[0];
  return wrong === undefined ? undefined : `A ${kind} id has letters, digits and . _ : @ - only, not "${wrong}".`;
}
