import type { StreamError } from "./errors.js";
import type { EventPayloads } from "./events.generated.js";
import type { AgentEvent } from "./events.js";
import type { GetTicket } from "./ticket.js";

/** What to stream: a session, all sessions of a project, or what is broadcast. */
export type StreamSource =
  | { readonly sessionId: string; readonly projectId?: never; readonly broadcast?: never }
  | { readonly projectId: string; readonly sessionId?: never; readonly broadcast?: never }
  | { readonly broadcast: true; readonly sessionId?: never; readonly projectId?: never };

/** Headers, or a function that returns them before each connection, such as with a fresh token. When it throws, that counts as a failed try. */
export type HeadersOption = SentHeaders | (() => SentHeaders | Promise<SentHeaders>);
type SentHeaders = { readonly [name: string]: string } | Headers;

/**
 * What the async iterator does when its queue is full:
 * - `catch-up` (default): disconnects, and reconnects with its cursor once half the queue is read; no event is lost that the log holds
 * - `drop-oldest`: drops the oldest event, and warns
 * - `error`: ends the stream with the {@link StreamError} `overflow` after what is queued
 */
export type WhenFull = "catch-up" | "drop-oldest" | "error";

export interface ConnectionOptions {
  /** The server, such as `http://localhost:8000`, with or without a path; in browsers by default the page's origin. */
  readonly baseUrl?: string;
  /** `fetch` by default; `eventsource` sends no headers, and gets only types of the catalogue and {@link eventTypes}. */
  readonly transport?: "fetch" | "eventsource";
  readonly headers?: HeadersOption;
  /**
   * Asked for a ticket before each connection, when the server says that the last one ends, and once after a 401. It is sent as
   * `Authorization: Bearer`, by an EventSource as `?ticket=`. When it throws, that counts as a failed try.
   */
  readonly getTicket?: GetTicket;
  /** Whether cookies are sent to another origin. */
  readonly credentials?: RequestCredentials;
  /** Only these types: names or prefixes, such as `tool_*`. */
  readonly types?: readonly string[];
  /** Only events of this run. */
  readonly runId?: string;
  /** When the server ends the stream: never (default), after the session's end, or that of the run {@link runId}. */
  readonly close?: "never" | "session" | "terminal";
  /** Under which names events come; the types of this package have canonical names. */
  readonly names?: "canonical" | "native" | "reverb";
  /** The language of a session's frames, for pages that read Reverb's envelopes: they have no `event_id`, and the types of this package don't tell them. It goes with neither `names` nor `types`. */
  readonly dialect?: "canonical" | "reverb";
  /** Types of your own to listen to when the transport is `eventsource`. */
  readonly eventTypes?: readonly string[];
  /** Whether streams of one URL share one connection; by default they do. */
  readonly share?: boolean;
  /** Silence, in ms, after which a connection counts as dead; by default 45 s, three heartbeats of the server. Infinity: never. */
  readonly watchdogMs?: number;
  /** How long the first answer may take, in ms; by default 15 s. */
  readonly connectTimeoutMs?: number;
  /** The first delay before trying again, in ms; by default 1 s, at least 10. It doubles with each failure, and is spread by half. A server that asks for a delay gets a longer one, at most 5 min. */
  readonly retryMs?: number;
  /** The longest delay before trying again, in ms; by default 30 s, at least 250. */
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
  /** Where to start: with the next event (default), or with the first one that the log holds. */
  readonly from?: "live" | "earliest";
  /** Starts after this cursor, of a history or an earlier stream; {@link from} is ignored then. */
  readonly lastEventId?: string;
  /** How many events the async iterator queues for a busy consumer; by default 10,000. */
  readonly queueLimit?: number;
  readonly whenFull?: WhenFull;
  /**
   * Which of the server's own frames are events here: by default those that say that events are missing,
   * `stream_gap` and a `session_stream_started` with a `reason`.
   */
  readonly control?: "gaps" | "all" | "none";
  readonly onEvent?: (event: AgentEvent) => void;
  readonly onStateChange?: (change: StateChange) => void;
  /** Called when an event was left out: a frame that can't be read, or events that were dropped. By default it writes to the console. */
  readonly onWarning?: (warning: StreamError) => void;
  /** Closes the stream. */
  readonly signal?: AbortSignal;
}

/**
 * - `idle`: no listener yet
 * - `connecting`
 * - `open`: events come as they happen
 * - `waiting`: not connected; it tries again by itself
 * - `paused`: the consumer's queue is full; it reconnects when the consumer has caught up
 * - `closed`: ended for good
 */
export type StreamState = "idle" | "connecting" | "open" | "waiting" | "paused" | "closed";

export interface StateChange {
  readonly state: StreamState;
  /** What is wrong, while `waiting`, or `closed` by an error. */
  readonly error?: StreamError | undefined;
  /** While `waiting`: ms until the next try. */
  readonly retryInMs?: number | undefined;
  /** While `closed` or `waiting`: the server's reason, such as `session_ended` or `draining`; `over` if the stream had already ended; `closed` if you closed it. */
  readonly reason?: string | undefined;
  /** While `open`: the server's verdict on the cursor. */
  readonly verdict?: EventPayloads["session_stream_started"] | undefined;
}
