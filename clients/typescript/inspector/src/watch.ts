import { useEffect, useRef, useState } from "react";
import type { AgentEvent, StreamSource } from "../../src/index.js";
import { useStreamEvents, type UseEventsResult } from "../../src/react/index.js";
import { describeControl, type JournalEntry } from "./journal.js";
import { refused, useAccess } from "./access.js";
import { Meter } from "./meter.js";
import { home } from "./place.js";
import { ticketFor } from "./server.js";

/** The number of events that a log holds by default. */
export const maxEvents = 10_000;

export interface Watched extends UseEventsResult {
  /** The events that the page shows: all, or while paused those that came before the pause. */
  readonly shown: readonly AgentEvent[];
  readonly isPaused: boolean;
  /** How many events came while paused. */
  readonly waiting: number;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly meter: Meter;
  readonly journal: readonly JournalEntry[];
}

const maxJournal = 200;

/** A stream as it happens, and the state of its connection. */
export function useWatch(source: StreamSource, server: string | undefined): Watched {
  const [meter] = useState(() => new Meter());
  const [journal, setJournal] = useState<readonly JournalEntry[]>([]);
  // The first connection, and one with another ticket.
  const isExpected = useRef(true);
  const { credential } = useAccess();
  const note = (entry: JournalEntry) => setJournal((entries) => [...entries.slice(1 - maxJournal), entry]);

  const watched = useStreamEvents(source, {
    baseUrl: server ?? home(),
    // A cookie may be renewed; other servers get nothing of this one's.
    credentials: server === undefined ? "include" : "omit",
    ...(server === undefined && credential !== undefined ? { getTicket: () => ticketFor(source) } : {}),
    control: "all",
    maxEvents,
    retryMs: 500,
    maxRetryMs: 5_000,
    onEvent: (event) => {
      meter.record(event);
      const entry = describeControl(event, isExpected.current);
      if (event.type === "session_stream_started" || event.type === "auth_expiring") isExpected.current = event.type === "auth_expiring";
      if (entry !== undefined) note(entry);
    },
  });

  const { state, error } = watched;
  const trouble = error?.message;
  useEffect(() => {
    if (state === "waiting" || (state === "closed" && trouble !== undefined)) note({ at: new Date().toISOString(), kind: "lost", text: trouble ?? "The connection ended; trying again." });
  }, [state, trouble]);

  const isRefused = server === undefined && state === "closed" && error?.status === 401;
  useEffect(() => {
    if (isRefused && trouble !== undefined) refused(trouble);
  }, [isRefused, trouble]);

  const [paused, setPaused] = useState<{ readonly events: readonly AgentEvent[]; readonly total: number }>();
  return {
    ...watched,
    shown: paused?.events ?? watched.events,
    isPaused: paused !== undefined,
    waiting: paused === undefined ? 0 : Math.max(0, watched.stats.total - paused.total),
    // A copy, for which the events that come meanwhile aren't kept.
    pause: () => setPaused({ events: [...watched.events], total: watched.stats.total }),
    resume: () => setPaused(undefined),
    meter,
    journal,
  };
}
