import { type AgentEvent, createEventStream, type EventStream, hasExpectedShape, isErrorEvent, isKnownType, type StateChange, StreamError, type StreamOptions, type StreamSource, type StreamState } from "../index.js";
import { guarded } from "../guarded.js";
import { begin, follow } from "./lists.js";

/** Counts since the first event, or since `clear`. */
export interface EventStats {
  readonly total: number;
  readonly byType: { readonly [type: string]: number };
  readonly errors: number;
  /** How often the stream said that events are missing. */
  readonly gaps: number;
  /** Events whose payload isn't what their type says. */
  readonly malformed: number;
  /** Events dropped because of `maxEvents`. */
  readonly evicted: number;
  readonly reconnects: number;
}

/** What a component sees of a stream; a new object with each change. */
export interface EventsSnapshot {
  readonly events: readonly AgentEvent[];
  readonly isConnected: boolean;
  readonly state: StreamState;
  /** What is wrong at the moment, in words. */
  readonly error: StreamError | undefined;
  readonly lastEventId: string | undefined;
  readonly stats: EventStats;
}

export interface EventStoreOptions extends Omit<StreamOptions, "onEvent" | "onStateChange" | "queueLimit" | "whenFull" | "signal"> {
  /** How many events are held; by default 5,000. The oldest go first. */
  readonly maxEvents?: number;
  /** Events to begin with, such as a history that a server has rendered; `lastEventId` streams on after them. */
  readonly initialEvents?: readonly AgentEvent[];
}

const noStats: EventStats = { total: 0, byType: {}, errors: 0, gaps: 0, malformed: 0, evicted: 0, reconnects: 0 };
const defaultMaxEvents = 5000;
// A background tab draws no frames, so events wait for this time at most.
const longestWaitMs = 50;

/** The events of a stream for views: it is connected while it has listeners, calls them once per batch, and holds a bounded number. Works without React too. */
export class EventStore {
  readonly #source: StreamSource | undefined;
  readonly #options: () => EventStoreOptions;
  readonly #onBatch: (events: readonly AgentEvent[]) => void;
  readonly #listeners = new Set<() => void>();
  readonly #maxEvents: number;
  #stream: EventStream | undefined;
  #pending: AgentEvent[] = [];
  #cancelFlush: (() => void) | undefined;
  #change: StateChange;
  #reconnects = 0;
  #snapshot: EventsSnapshot;

  // The options are read when a connection begins; onBatch gets new events before the snapshot has them.
  constructor(source: StreamSource | undefined, options: () => EventStoreOptions, onBatch: (events: readonly AgentEvent[]) => void = () => {}) {
    this.#source = source;
    this.#options = options;
    this.#onBatch = onBatch;
    const { initialEvents: given, lastEventId, maxEvents = defaultMaxEvents } = options();
    // What can't work is told when it connects: a constructor that throws would break the render of a view.
    const initialEvents = Array.isArray(given) ? (given as readonly AgentEvent[]) : [];
    this.#maxEvents = maxEvents >= 1 ? maxEvents : defaultMaxEvents;
    const state = source === undefined ? "idle" : "connecting";
    this.#change = { state };
    this.#snapshot = { events: begin(initialEvents.slice(-this.#maxEvents), initialEvents), isConnected: false, state, error: undefined, lastEventId, stats: count(noStats, initialEvents) };
  }

  /** Connects with the first listener and closes with the last; a later listener goes on where the stream stopped. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#open();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#close();
    };
  };

  readonly getSnapshot = (): EventsSnapshot => this.#snapshot;

  /** Drops the events and counts so far; the stream goes on. */
  readonly clear = (): void => {
    this.#pending = [];
    this.#reconnects = 0;
    this.#snapshot = { ...this.#snapshot, events: begin([]), stats: noStats, lastEventId: this.#stream?.lastEventId ?? this.#snapshot.lastEventId };
    this.#tell();
  };

  #open(): void {
    if (this.#source === undefined) return;
    const options = this.#options();
    const { lastEventId } = this.#snapshot;
    let stream: EventStream;
    try {
      stream = createEventStream({ ...options, ...this.#source, from: options.from ?? "earliest", ...(lastEventId === undefined ? {} : { lastEventId }) });
    } catch (cause) {
      // The view shows the error; throwing would break its render.
      this.#change = { state: "closed", error: new StreamError("invalid_option", (cause as Error).message, { cause }) };
      this.#schedule();
      return;
    }
    this.#stream = stream;
    stream.onStateChange((change) => {
      // Only a connection that was open can be lost: a failed try and the end of a session don't count.
      if (this.#change.state === "open" && change.state !== "open" && change.state !== "closed") this.#reconnects++;
      this.#change = change;
      this.#schedule();
    });
    stream.onEvent((event) => {
      this.#pending.push(event);
      // In a background tab timers may run once a minute only. Two lists in a row have events in common, so that readers of lists that are derived from them can go on.
      if (this.#pending.length * 2 >= this.#maxEvents) this.#flush();
      else this.#schedule();
    });
  }

  #close(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    stream?.close();
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    // No listener has seen these events: they come again after the snapshot's lastEventId.
    this.#pending = [];
    this.#change = { state: "connecting" };
    this.#snapshot = { ...this.#snapshot, state: "connecting", isConnected: false, error: undefined };
  }

  #schedule(): void {
    if (this.#cancelFlush !== undefined) return;
    const timer = setTimeout(() => this.#flush(), longestWaitMs);
    const frame = typeof requestAnimationFrame === "function" ? requestAnimationFrame(() => this.#flush()) : undefined;
    this.#cancelFlush = () => {
      clearTimeout(timer);
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const pending = this.#pending;
    this.#pending = [];
    const { state, error } = this.#change;
    const before = this.#snapshot.events;
    const all = pending.length === 0 ? before : [...before, ...pending];
    const evicted = Math.max(0, all.length - this.#maxEvents);
    const events = evicted > 0 ? all.slice(evicted) : all;
    const stats = count(this.#snapshot.stats, pending);
    this.#snapshot = {
      events: pending.length === 0 ? before : follow(before, events, pending),
      isConnected: state === "open",
      state,
      error,
      lastEventId: this.#stream?.lastEventId ?? this.#snapshot.lastEventId,
      stats: { ...stats, evicted: stats.evicted + evicted, reconnects: this.#reconnects },
    };
    if (pending.length > 0) this.#onBatch(pending);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) guarded(listener, undefined);
  }
}

function count(stats: EventStats, events: readonly AgentEvent[]): EventStats {
  if (events.length === 0) return stats;
  let { total, errors, gaps, malformed } = stats;
  const byType: { [type: string]: number } = { ...stats.byType };
  for (const event of events) {
    total++;
    byType[event.type] = (Object.hasOwn(byType, event.type) ? (byType[event.type] as number) : 0) + 1;
    if (isErrorEvent(event)) errors++;
    if (event.type === "stream_gap" || (event.type === "session_stream_started" && event.payload?.reason != null)) gaps++;
    if (isKnownType(event.type) && !hasExpectedShape(event)) malformed++;
  }
  return { ...stats, total, byType, errors, gaps, malformed };
}
