import { ApprovalPrompt } from "@eventstream/client/components";
import { useEffect, useRef, type FormEvent, type ReactNode } from "react";
import { agent, ticketFor } from "./ticket";
import type { SessionRuns } from "./use-runs";

/** A part of a message, as every page shows it. */
export interface Part {
  readonly kind: "text" | "thought" | "tool";
  readonly text: string;
}

export interface Entry {
  readonly id: string;
  readonly isUsers: boolean;
  readonly parts: readonly Part[];
}

export interface ConversationProps {
  readonly sessionId: string;
  readonly runs: SessionRuns;
  readonly entries: readonly Entry[];
  /** Whether the page's client reads an answer. */
  readonly isBusy: boolean;
  readonly error: Error | undefined;
  readonly send: (text: string) => void;
  readonly stop: () => void;
}

/** What the pages have in common: the messages, the agent's questions, and the line to ask in. */
export function Conversation({ sessionId, runs, entries, isBusy, error, send, stop }: ConversationProps): ReactNode {
  const end = useRef<HTMLDivElement>(null);
  const turns = turnsOf(entries);
  const size = turns.reduce((sum, entry) => sum + entry.parts.reduce((length, part) => length + part.text.length + 1, 1), 0);
  useEffect(() => void end.current?.scrollIntoView({ block: "nearest" }), [size]);
  const isRunning = isBusy || runs.current !== undefined;
  // A connection that dropped is told above.
  const alert = runs.untold === undefined && error !== undefined ? wordsOf(error) : runs.failure;
  const ask = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text")).trim();
    if (text === "" || isRunning) return;
    send(text);
    event.currentTarget.reset();
  };
  return (
    <main>
      <p className="line" role="status">
        <span className={`dot ${isBusy ? "open" : runs.state}`} /> {standOf(runs, isBusy, turns.at(-1)?.isUsers === false)}
      </p>
      <div className="messages" role="log" aria-label="Conversation">
        {turns.length === 0 ? <p className="count">Nobody has asked anything yet.</p> : null}
        {turns.map(({ id, isUsers, parts }) => (
          <article key={id} className={isUsers ? "user" : "assistant"}>
            {parts.map(({ kind, text }, index) => (
              <p key={index} className={kind}>{text}</p>
            ))}
          </article>
        ))}
        <div ref={end} />
      </div>
      {runs.isWaiting ? <ApprovalPrompt events={runs.events} sessionId={sessionId} answered={0} options={{ baseUrl: "/eventstream", getTicket: () => ticketFor(sessionId, agent) }} /> : null}
      {alert === undefined || isRunning ? null : <p className="error" role="alert">{alert}</p>}
      <form className="ask" onSubmit={ask}>
        <input name="text" aria-label="Question" placeholder={`Ask ${agent}`} autoComplete="off" />
        {isRunning ? <button type="button" onClick={stop}>Stop</button> : <button>Ask</button>}
      </form>
    </main>
  );
}

/** What an agent says in a row is one turn: some clients keep a message for each part of it. */
function turnsOf(entries: readonly Entry[]): Entry[] {
  const turns: Entry[] = [];
  for (const entry of entries) {
    const last = turns.at(-1);
    if (entry.parts.length === 0) continue;
    if (last === undefined || last.isUsers || entry.isUsers) turns.push(entry);
    else turns[turns.length - 1] = { ...last, parts: [...last.parts, ...entry.parts] };
  }
  return turns;
}

function standOf({ state, trouble, current, isWaiting, events }: SessionRuns, isBusy: boolean, isBegun: boolean): string {
  if (current?.status === "requested" && !isBegun) return `Waits for ${agent}: is an agent of that name running?`;
  if (isBusy) return `${agent} answers.`;
  if (state !== "open") return trouble ?? (state === "closed" ? "The stream is over." : "Connecting …");
  if (isWaiting) return `${agent} waits for your answer.`;
  if (current !== undefined) return current.status === "interrupting" ? `${agent} was asked to stop.` : `${agent} is at work.`;
  return events.at(-1)?.type === "session_ended" ? "The session has ended." : "Ready.";
}

/** The server's words, where it gave some. */
function wordsOf({ message }: Error): string {
  try {
    return String((JSON.parse(message.slice(message.indexOf("{"))) as { title?: unknown }).title ?? message);
  } catch {
    return message;
  }
}
