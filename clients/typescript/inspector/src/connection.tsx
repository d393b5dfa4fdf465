import type { ReactNode } from "react";
import { formatTime } from "../../src/components/describe.js";
import { fullTime } from "../../src/components/full-time.js";
import type { JournalEntry } from "./journal.js";
import type { Watched } from "./watch.js";

const states = { idle: "Idle", connecting: "Connecting", open: "Live", waiting: "Reconnecting", paused: "Catching up", closed: "Ended" } as const;
const tones = { idle: "warn", connecting: "busy", open: "good", waiting: "bad", paused: "warn", closed: "warn" } as const;

/** The state of the connection, as a word; of a stream that nothing was published to, that. */
export function ConnectionState({ watched, isEmpty }: { readonly watched: Watched; readonly isEmpty: boolean }): ReactNode {
  const { state, error } = watched;
  const words = isEmpty ? "Nothing yet" : states[state];
  return (
    <span className={`state tone-${state === "closed" && error !== undefined ? "bad" : isEmpty ? "warn" : tones[state]}`} data-state={state} role="status" aria-label={`Connection: ${words}`}>
      <span className="dot" aria-hidden="true" />
      {words}
    </span>
  );
}

/** Says what is wrong and what to do. */
export function Trouble({ watched, retry }: { readonly watched: Watched; readonly retry: () => void }): ReactNode {
  const { state, error, journal } = watched;
  if (state !== "closed" && state !== "waiting") return null;
  const last = journal.findLast((entry) => entry.kind !== "lost");
  const why = error?.message ?? (last?.kind === "closing" ? last.text : undefined);
  const isOver = state === "closed";
  const again = isOver ? <button type="button" className="button small" onClick={retry}>Try again</button> : null;
  if (isOver && error === undefined) return <p className="banner" role="status">{why ?? "The stream is over: no more events will come."} {again}</p>;
  return (
    <p className="banner bad" role="alert">
      <strong>{isOver ? "Can't watch this." : "Not connected."}</strong> {why} {isOver ? null : "Trying again. Events that were missed come from the log then."}
      {again}
    </p>
  );
}

const kinds: { readonly [kind in JournalEntry["kind"]]: string } = { open: "Connected", back: "Back", gap: "Gap", closing: "Closed", lost: "Lost" };

/** What happened to the connection, newest last. */
export function Journal({ entries, isLocalTime }: { readonly entries: readonly JournalEntry[]; readonly isLocalTime: boolean }): ReactNode {
  return (
    <ol className="journal" aria-label="What happened to the connection" tabIndex={0}>
      {entries.length === 0 ? <li className="hint">Not connected yet.</li> : null}
      {entries.map((entry, i) => (
        <li key={i} className={`journal-${entry.kind}`}>
          <time dateTime={entry.at} title={fullTime(entry.at, isLocalTime)}>{formatTime(entry.at, isLocalTime)}</time>
          <strong>{kinds[entry.kind]}</strong>
          <span>{entry.text}</span>
        </li>
      ))}
    </ol>
  );
}
