import { useState, useSyncExternalStore } from "react";
import { readSession } from "./server.js";
import { rowOf, type SessionRow } from "./session-rows.js";

// Browsers open six connections to a server that speaks HTTP/1.1, and one of them is the stream that is watched.
const maxAtOnce = 4;
const goingMs = 5_000;
const restingMs = 30_000;

interface Known {
  readonly row: SessionRow | undefined;
  /** When it was asked last. */
  readonly at: number;
}

/** What is known of sessions: asks for those that are wanted, a few at once, and again when that has become old. */
export class SessionDetails {
  readonly #server: string | undefined;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, AbortController>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly string[] = [];
  #version = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(server: string | undefined) {
    this.#server = server;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.want([]);
    };
  };

  /** Changes with all that becomes known. */
  readonly version = (): number => this.#version;

  /** Undefined until it was answered, and when the server said no. */
  readonly rowOf = (sessionId: string): SessionRow | undefined => this.#known.get(sessionId)?.row;

  readonly isKnown = (sessionId: string): boolean => this.#known.has(sessionId);

  /** Asks for these, the first ones first, and no longer for others. */
  want(sessionIds: readonly string[]): void {
    this.#wanted = sessionIds;
    for (const [id, asking] of this.#asked) {
      if (!sessionIds.includes(id)) asking.abort();
    }
    this.#askNext();
  }

  #askNext(): void {
    clearTimeout(this.#timer);
    // A tab in the background isn't looked at.
    if (document.visibilityState === "hidden") return this.#later(goingMs);
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const id of this.#wanted) {
      if (this.#asked.has(id)) continue;
      const dueIn = this.#dueIn(id, now);
      if (dueIn > 0) next = Math.min(next, dueIn);
      else if (this.#asked.size < maxAtOnce) void this.#ask(id);
      else return;
    }
    if (next < Number.POSITIVE_INFINITY) this.#later(next);
  }

  #later(ms: number): void {
    if (this.#wanted.length > 0) this.#timer = setTimeout(() => this.#askNext(), ms);
  }

  #dueIn(id: string, now: number): number {
    const known = this.#known.get(id);
    if (known === undefined) return 0;
    const isGoing = known.row?.status === "running" || known.row?.status === "waiting";
    return known.at + (isGoing ? goingMs : restingMs) - now;
  }

  async #ask(id: string): Promise<void> {
    const asking = new AbortController();
    this.#asked.set(id, asking);
    const outcome = await readSession(this.#server, id, asking.signal);
    this.#asked.delete(id);
    if (!asking.signal.aborted) {
      this.#known.set(id, { row: outcome.isOk ? rowOf(outcome.value) : undefined, at: Date.now() });
      this.#version++;
      for (const listener of [...this.#listeners]) listener();
    }
    this.#askNext();
  }
}

/** The details of the sessions of a server, for as long as they are shown. */
export function useSessionDetails(server: string | undefined): SessionDetails {
  const [details] = useState(() => new SessionDetails(server));
  useSyncExternalStore(details.subscribe, details.version);
  return details;
}
