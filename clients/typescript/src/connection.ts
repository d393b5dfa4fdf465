import { askedBackoff, backoff, pause, Watchdog } from "./backoff.js";
import { asStreamError, authErrorOf, Closing, noTicket, Renewal, silent, unanswered } from "./endings.js";
import { StreamError } from "./errors.js";
import type { EventPayloads } from "./events.generated.js";
import { isEvent, parseEvent, type AgentEvent } from "./events.js";
import type { ConnectionOptions, StateChange } from "./options.js";
import type { Frame } from "./sse-parser.js";
import { whole } from "./text.js";
import { nextTicket, ticketFrom } from "./ticket.js";
import { transportOf } from "./transport.js";
import { withStart, type Start } from "./url.js";

/** A reader of a connection. */
export interface Subscriber {
  /** The connection that it reads. Sharing may move it to another one at the same position. */
  connection: Connection | undefined;
  /** @param position The stream's position after this event. */
  receive(event: AgentEvent | undefined, position: string | undefined): void;
  stateChanged(change: StateChange): void;
  warn(warning: StreamError): void;
}

const defaults = { watchdogMs: 45_000, connectTimeoutMs: 15_000, retryMs: 1_000, maxRetryMs: 30_000 };
// After a connection has lived this long, the next failure counts as the first one again.
const healthyMs = 10_000;

const usualNoticeMs = 60_000;

/** A stream of the server for all its subscribers. It reconnects as often as it must. */
export class Connection {
  readonly url: string;
  readonly start: Start;
  readonly subscribers = new Set<Subscriber>();
  readonly #options: ConnectionOptions;
  readonly #onFrame: (connection: Connection) => void;
  readonly #end = new AbortController();
  #position: string | undefined;
  #change: StateChange = { state: "connecting" };
  #failures = 0;
  #openedAt: number | undefined;
  #ticket: string | undefined;
  #renewedAt = -Infinity;
  /** What the server has said of the last ticket; cleared when it accepts one. */
  #doubt: "refused" | "revoked" | undefined;

  /** @param onFrame Called after each frame, when the position has moved. */
  constructor(url: string, start: Start, options: ConnectionOptions, onFrame: (connection: Connection) => void) {
    this.url = url;
    this.start = start;
    this.#options = options;
    this.#onFrame = onFrame;
    this.#position = "after" in start ? start.after : undefined;
  }

  /** The last cursor; undefined before the server has sent one. */
  get position(): string | undefined {
    return this.#position;
  }

  get change(): StateChange {
    return this.#change;
  }

  get isOver(): boolean {
    return this.#end.signal.aborted;
  }

  /** Connects, until closed or refused. */
  async run(): Promise<void> {
    let renewal: Renewal | undefined;
    while (!this.isOver) {
      this.#openedAt = undefined;
      // Changing the ticket interrupts nothing that a reader sees.
      if (renewal === undefined) this.#set({ state: "connecting", error: this.#change.error });
      const end = await this.#connect(renewal?.ticket).catch((error: unknown) => error);
      renewal = undefined;
      if (this.isOver) return;
      if (this.#openedAt !== undefined && Date.now() - this.#openedAt > healthyMs) this.#failures = 0;

      if (end === true) return this.#finish({ state: "closed", reason: "over" });
      if (end instanceof Renewal) {
        renewal = end;
        this.#renewedAt = Date.now();
        continue;
      }
      if (end instanceof Closing && !this.#comesBack(end)) return this.#finish({ state: "closed", error: authErrorOf(end), reason: end.reason });
      if (end instanceof Closing && end.reason === "auth_revoked") this.#doubt = "revoked";
      const error = end instanceof Closing ? undefined : asStreamError(end);
      if (error?.status === 401 && this.#options.getTicket !== undefined && this.#doubt === undefined) {
        this.#doubt = "refused";
        continue;
      }
      if (error?.isPermanent || (error?.code === "no_ticket" && this.#doubt === "revoked")) return this.#finish({ state: "closed", error, reason: error.code });

      const retryInMs = this.#delay(end instanceof Closing ? end.retryMs : error?.retryAfterMs);
      this.#set({ state: "waiting", retryInMs, error, reason: end instanceof Closing ? end.reason : error?.code });
      await pause(retryInMs, this.#end.signal).catch(() => {});
    }
  }

  /** Ends it without telling the subscribers. */
  close(): void {
    this.#end.abort(new Error("closed"));
  }

  /** Whether to come back after an end of the server's: with another ticket, or with a cookie or token that was renewed meanwhile. */
  #comesBack({ reason, reconnect }: Closing): boolean {
    const { getTicket, headers, credentials } = this.#options;
    if (reconnect) return true;
    if (reason === "auth_revoked") return getTicket !== undefined;
    return reason === "auth_expired" && (getTicket !== undefined || typeof headers === "function" || credentials === "include");
  }

  #delay(askedMs: number | undefined): number {
    const { retryMs = defaults.retryMs, maxRetryMs = defaults.maxRetryMs } = this.#options;
    const failures = this.#failures++;
    return askedMs === undefined ? backoff(failures, retryMs, maxRetryMs) : askedBackoff(askedMs, failures, retryMs, maxRetryMs);
  }

  /** @returns true when it is over, or what the server said on closing. */
  async #connect(ticket: string | undefined): Promise<boolean | Closing | Renewal> {
    const { getTicket, connectTimeoutMs = defaults.connectTimeoutMs, watchdogMs = defaults.watchdogMs } = this.#options;
    const attempt = new AbortController();
    let isAsking = getTicket !== undefined && ticket === undefined;
    const open = async () => {
      const shown = ticket ?? (getTicket === undefined ? undefined : await ticketFrom(getTicket));
      // A later attempt may have one already.
      attempt.signal.throwIfAborted();
      this.#ticket = shown;
      isAsking = false;
      // The server has its time for itself.
      watchdog.heard();
      return this.#transport(attempt, watchdog, watchdogMs);
    };
    const onEnd = () => attempt.abort(this.#end.signal.reason);
    this.#end.signal.addEventListener("abort", onEnd);
    const watchdog = new Watchdog(() => attempt.abort(this.#openedAt !== undefined ? silent(watchdogMs) : isAsking ? noTicket(connectTimeoutMs) : unanswered(connectTimeoutMs)));
    watchdog.start(connectTimeoutMs);
    // In Node's fetch a read may hang when it is aborted just as the answer ends.
    const aborted = new Promise<never>((_, reject) => attempt.signal.addEventListener("abort", () => reject(attempt.signal.reason as Error)));
    try {
      return await Promise.race([aborted, open()]);
    } catch (error) {
      // The end of the answer may have been read before the abort was seen.
      const reason: unknown = attempt.signal.reason;
      if (reason instanceof Closing || reason instanceof Renewal) return reason;
      throw error;
    } finally {
      watchdog.stop();
      this.#end.signal.removeEventListener("abort", onEnd);
      attempt.abort();
    }
  }

  #transport(attempt: AbortController, watchdog: Watchdog, watchdogMs: number): Promise<boolean> {
    return transportOf(this.#options)({
      url: withStart(this.url, this.#position === undefined ? this.start : { after: this.#position }),
      ticket: this.#ticket,
      options: this.#options,
      signal: attempt.signal,
      onOpen: () => {
        this.#openedAt = Date.now();
        watchdog.start(watchdogMs);
      },
      onActivity: () => watchdog.heard(),
      onFrame: (frame) => {
        if (attempt.signal.aborted) return;
        const closing = this.#take(frame, attempt);
        if (closing !== undefined) attempt.abort(closing);
      },
    });
  }

  #take(frame: Frame, attempt: AbortController): Closing | undefined {
    if (frame.id !== undefined && frame.id !== "") this.#position = frame.id;
    if (frame.data === undefined) {
      this.#deliver(undefined);
      return undefined;
    }
    const event = parseEvent(frame.data, frame.id);
    if (event === undefined) {
      const warning = new StreamError("unreadable", `A frame of the stream is no event: ${whole(frame.data.slice(0, 200))}`);
      for (const subscriber of [...this.subscribers]) subscriber.warn(warning);
      this.#deliver(undefined);
      return undefined;
    }
    if (isEvent(event, "session_stream_started")) this.#started(event.payload);
    else if (isEvent(event, "heartbeat")) this.#position = event.payload.cursor || this.#position;
    else if (isEvent(event, "auth_expiring")) void this.#renew(Date.parse(event.payload.expires_at) - Date.parse(event.timestamp), attempt);
    else if (!isEvent(event, "stream_closing")) this.#failures = 0;
    this.#deliver(event);
    return isEvent(event, "stream_closing") ? new Closing(event.payload) : undefined;
  }

  /** @param leftMs How long the ticket still counts, by the server's clock. */
  async #renew(leftMs: number, attempt: AbortController): Promise<void> {
    const { getTicket } = this.#options;
    const ticket = this.#ticket;
    if (getTicket === undefined || ticket === undefined) return;
    const left = leftMs >= 0 ? leftMs : usualNoticeMs;
    // A ticket for less than a minute ends soon from the start, and so may each one after it.
    const waitMs = Date.now() - this.#renewedAt < left ? left / 2 : 0;
    // The connection stays until there is another ticket; the new one begins where it ends.
    await nextTicket(getTicket, ticket, waitMs, left, attempt.signal).then(
      (next) => attempt.abort(new Renewal(next)),
      (error: unknown) => attempt.abort(error),
    );
  }

  #started(payload: EventPayloads["session_stream_started"]): void {
    this.#position ??= payload.cursor;
    this.#doubt = undefined;
    this.#set({ state: "open", verdict: payload });
  }

  #deliver(event: AgentEvent | undefined): void {
    // A subscriber that joins during the delivery starts behind this event.
    for (const subscriber of [...this.subscribers]) {
      if (subscriber.connection === this) subscriber.receive(event, this.#position);
    }
    this.#onFrame(this);
  }

  #finish(change: StateChange): void {
    this.close();
    this.#set(change);
  }

  #set(change: StateChange): void {
    this.#change = change;
    for (const subscriber of [...this.subscribers]) {
      if (subscriber.connection === this) subscriber.stateChanged(change);
    }
  }
}
