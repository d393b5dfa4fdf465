import { checkOptions } from "./checks.js";
import type { Connection, Subscriber } from "./connection.js";
import { StreamError } from "./errors.js";
import type { AgentEvent } from "./events.js";
import { catalogue, type EventPayloads } from "./events.generated.js";
import { guarded } from "./guarded.js";
import type { StateChange, StreamOptions, StreamSource, StreamState } from "./options.js";
import { Queue } from "./queue.js";
import { join, leave } from "./sharing.js";
import { isKnownType } from "./shape.js";
import { streamUrl, type Start } from "./url.js";

/** A stream of events that reconnects by itself. It connects when the first listener is added or iteration begins. */
export interface EventStream extends AsyncIterable<AgentEvent> {
  /** The address, without the place where it begins. */
  readonly url: string;
  readonly state: StreamState;
  /** The current error; undefined when there is none. */
  readonly error: StreamError | undefined;
  /** The cursor of the last event; pass it as an option to go on there. */
  readonly lastEventId: string | undefined;
  /** The server's verdict on the cursor when the connection was last made. */
  readonly verdict: EventPayloads["session_stream_started"] | undefined;
  /** Events in order, one call each. @returns a function that removes the listener. */
  onEvent(listener: (event: AgentEvent) => void): () => void;
  onStateChange(listener: (change: StateChange) => void): () => void;
  /** Ends it for good. The iterator still gives the queued events. */
  close(): void;
  /**
   * Can be iterated once. For a second reader create a second stream; both share a connection. Leaving the loop closes the stream.
   * @throws StreamError when the stream ended with an error.
   */
  [Symbol.asyncIterator](): AsyncIterator<AgentEvent, undefined>;
}

/**
 * Streams the events of a session, a project or the broadcast.
 * @throws TypeError for options that can't work. When the server refuses the stream, `error` and `onStateChange` say so, and iteration throws.
 */
export function createEventStream(options: StreamSource & StreamOptions): EventStream {
  return new LiveStream(options);
}

const defaultQueueLimit = 10_000;

class LiveStream implements EventStream, Subscriber {
  readonly url: string;
  connection: Connection | undefined;
  readonly #options: StreamSource & StreamOptions;
  readonly #listeners = new Set<(event: AgentEvent) => void>();
  readonly #stateListeners = new Set<(change: StateChange) => void>();
  readonly #queueLimit: number;
  #queue: Queue<AgentEvent> | undefined;
  #position: string | undefined;
  #change: StateChange = { state: "idle" };
  #verdict: EventPayloads["session_stream_started"] | undefined;
  #dropped = 0;
  readonly #onAbort = () => this.close();

  constructor(options: StreamSource & StreamOptions) {
    checkOptions(options);
    this.#options = options;
    this.url = streamUrl(options, options);
    // An empty id is none, as in EventSource.
    this.#position = options.lastEventId || undefined;
    this.#queueLimit = options.queueLimit ?? defaultQueueLimit;
    if (options.onStateChange !== undefined) this.#stateListeners.add(options.onStateChange);
    if (options.onEvent !== undefined) this.onEvent(options.onEvent);
    if (options.signal?.aborted) this.close();
    else options.signal?.addEventListener("abort", this.#onAbort);
  }

  get state(): StreamState {
    return this.#change.state;
  }

  get error(): StreamError | undefined {
    return this.#change.error;
  }

  get lastEventId(): string | undefined {
    return this.#position;
  }

  get verdict(): EventPayloads["session_stream_started"] | undefined {
    return this.#verdict;
  }

  onEvent(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    this.#connect();
    return () => this.#listeners.delete(listener);
  }

  onStateChange(listener: (change: StateChange) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  close(): void {
    this.#finish({ state: "closed", reason: "closed" });
  }

  [Symbol.asyncIterator](): AsyncIterator<AgentEvent, undefined> {
    if (this.#queue !== undefined) throw new TypeError("A stream can be iterated once. Create a second one; both share a connection.");
    const queue = (this.#queue = new Queue<AgentEvent>());
    if (this.state === "closed") queue.end(this.error);
    else this.#connect();
    return {
      next: () => {
        const result = queue.next();
        if (this.state === "paused" && queue.size * 2 <= this.#queueLimit) this.#rejoin();
        return result;
      },
      return: () => {
        this.close();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  receive(event: AgentEvent | undefined, position: string | undefined): void {
    if (event === undefined || !this.#isWanted(event)) {
      this.#position = position;
      return;
    }
    if (this.#queue !== undefined && this.#queue.size >= this.#queueLimit && !this.#makeRoom(this.#queue)) return;
    this.#position = position;
    for (const listener of [...this.#listeners]) guarded(listener, event);
    this.#queue?.push(event);
  }

  stateChanged(change: StateChange): void {
    if (change.state === "closed") this.#finish(change);
    else this.#set(change);
  }

  warn(warning: StreamError): void {
    if (this.#options.onWarning !== undefined) guarded(this.#options.onWarning, warning);
    else console.warn(`${this.url}: ${warning.message}`);
  }

  #connect(): void {
    if (this.state === "idle") this.#rejoin();
  }

  #rejoin(): void {
    const start: Start = this.#position !== undefined ? { after: this.#position } : { from: this.#options.from ?? "live" };
    // Listeners that are added in the same turn miss nothing, because a connection answers in a later one.
    const connection = join(this.#options, start, this.#options, this);
    if (this.connection === connection) this.#set(connection.change);
  }

  #isWanted(event: AgentEvent): boolean {
    if (!isKnownType(event.type) || catalogue[event.type][0] !== "control") return true;
    const { control = "gaps" } = this.#options;
    if (control !== "gaps") return control === "all";
    return event.type === "stream_gap" || (event.type === "session_stream_started" && event.payload.reason != null);
  }

  /** @returns whether the queue takes one more event. */
  #makeRoom(queue: Queue<AgentEvent>): boolean {
    switch (this.#options.whenFull ?? "catch-up") {
      case "drop-oldest":
        queue.shift();
        // One warning for each full queue, not for each event.
        if (this.#dropped++ % this.#queueLimit === 0) {
          this.warn(new StreamError("dropped", `The consumer is too slow: ${this.#dropped} of the oldest queued events dropped so far.`));
        }
        return true;
      case "error":
        this.#finish({
          state: "closed",
          reason: "overflow",
          error: new StreamError("overflow", `The consumer is too slow: ${queue.size} events are queued. The stream can go on after lastEventId.`),
        });
        return false;
      case "catch-up":
        leave(this);
        this.#set({ state: "paused" });
        return false;
    }
  }

  #finish(change: StateChange): void {
    if (this.state === "closed") return;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    leave(this);
    this.#set(change);
    this.#queue?.end(change.error);
  }

  #set(change: StateChange): void {
    const isNews = change.state !== this.#change.state || change.error !== this.#change.error || change.state === "waiting";
    this.#change = change;
    this.#verdict = change.verdict ?? this.#verdict;
    if (isNews) for (const listener of [...this.#stateListeners]) guarded(listener, change);
  }
}
