import type { StreamError } from "./errors.js";
import type { EventPayloads } from "./events.generated.js";
import type { AgentEvent } from "./events.js";

/** What to stream: a session, all sessions of a project, or what is broadcast. */
export type StreamSource =
  | { readonly sessionId: string; readonly projectId?: never; readonly broadcast?: never }
  | { readonly projectId: string; readonly sessionId?: never; readonly broadcast?: never }
  | { readonly broadcast: true; readonly sessionId?: never; readonly projectId?: never };

/** Headers, or a function that is asked for them before each connection, such as for a fresh token. */
export type HeadersOption = { readonly [name: string]: string } | (() => { readonly [name: string]: string } | Promise<{ readonly [name: string]: string }>);

/**
 * What the async iterator does when its queue is full:
 * - `catch-up` (default): leaves the connection, and comes back by its cursor once half the queue is taken; nothing is lost that the log holds
 * - `drop-oldest`: drops the oldest event, and warns
 * - `error`: ends the stream with the {@link StreamError} `overflow` after what is queued
 */
export type WhenFull = "catch-up" | "drop-oldest" | "error";

export interface ConnectionOptions {
  /** Such as `http://localhost:8000`; in browsers by default the page's origin. A path is kept. */
  readonly baseUrl?: string;
  /** `eventsource` sends no headers, and sees only types of the catalogue and {@link eventTypes}. */
  readonly transport?: "fetch" | "eventsource";
  readonly headers?: HeadersOption;
  /** Whether cookies are sent to another origin. */
  readonly credentials?: RequestCredentials;
  /** Only these types: names or prefixes, such as `tool_*`. */
  readonly types?: readonly string[];
  /** Only events of this run. */
  readonly runId?: string;
  /** When the server ends the stream: never (default), after the session's end, or that of the run {@link runId}. */
  readonly close?: "never" | "session" | "terminal";
  /** Under which names events come; those of the types here are canonical. */
  readonly names?: "canonical" | "native" | "reverb";
  /** Types of your own to listen to when the transport is `eventsource`. */
  readonly eventTypes?: readonly string[];
  /** Whether streams of one URL share one connection; by default they do. */
  readonly share?: boolean;
  /** Silence, in ms, after which a connection counts as dead; by default 45 s, three heartbeats of the server. */
  readonly watchdogMs?: number;
  /** How long the first answer may take, in ms; by default 15 s. */
  readonly connectTimeoutMs?: number;
  /** The first delay before trying again, in ms; by default 1 s. It doubles with each failure, and is spread by half. */
  readonly retryMs?: number;
  /** The longest delay before trying again, in ms; by default 30 s. */
  readonly maxRetryMs?: number;
  /** Stands in for the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Stands in for the global `EventSource`. */
  readonly EventSource?: new (url: string, init?: { withCredentials?: boolean }) => EventSourceLike;
}

/** What is needed of an EventSource. */
export interface EventSourceLike {
  readonly readyState: number;
  onopen: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  addEventListener(type: string, listener: (event: MessageEvent) => void): void;
  close(): void;
}

export interface StreamOptions extends ConnectionOptions {
  /** Where to start: with what comes from now on (default), or the first event that the log holds. */
  readonly from?: "live" | "earliest";
  /** Start after this cursor, that of a history or an earlier stream, rather than {@link from}. */
  readonly lastEventId?: string;
  /** How many events the async iterator holds for a consumer that is busy; by default 10,000. */
  readonly queueLimit?: number;
  readonly whenFull?: WhenFull;
  /**
   * Which of the server's own frames are events here: by default those that say that something is missing,
   * `stream_gap` and a `session_stream_started` with a `reason`.
   */
  readonly control?: "gaps" | "all" | "none";
  readonly onEvent?: (event: AgentEvent) => void;
  readonly onStateChange?: (change: StateChange) => void;
  /** Told when something was left out: a frame that can't be read, events dropped. By default written to the console. */
  readonly onWarning?: (warning: StreamError) => void;
  /** Closes the stream. */
  readonly signal?: AbortSignal;
}

/**
 * - `idle`: nobody listens yet
 * - `connecting`
 * - `open`: events come as they happen
 * - `waiting`: not connected; tried again by itself
 * - `paused`: the consumer has a full queue; connects again when it has caught up
 * - `closed`: for good
 */
export type StreamState = "idle" | "connecting" | "open" | "waiting" | "paused" | "closed";

export interface StateChange {
  readonly state: StreamState;
  /** What is wrong, while `waiting`, or `closed` by an error. */
  readonly error?: StreamError | undefined;
  /** While `waiting`: ms until the next try. */
  readonly retryInMs?: number | undefined;
  /** While `closed` or `waiting`: the server's, such as `session_ended` or `draining`; `over` if nothing more was to come; `closed` if you closed. */
  readonly reason?: string | undefined;
  /** While `open`: the server's verdict on the cursor. */
  readonly verdict?: EventPayloads["session_stream_started"] | undefined;
}
