import { askedBackoff, pause } from "./backoff.js";
import { StreamError } from "./errors.js";
import type { EventEnvelope, EventPayloads } from "./events.generated.js";
import { guarded } from "./guarded.js";
import { addressOf, check, invalid, postTo, type CommandOptions } from "./posting.js";
import { isObject } from "./shape.js";
import { publishUrl } from "./url.js";
import { jsonOf } from "./wire.js";

/** An event as it is published: all but the type may be left out, though types of the catalogue need their payload. */
export type NewEvent<T extends string = string> = { readonly type: T } & (T extends keyof EventPayloads ? { readonly payload: EventPayloads[T] } : { readonly payload?: object }) &
  Partial<Pick<EventEnvelope, "event_id" | "timestamp" | "run_id" | "project_id" | "agent_id" | "traceparent">>;

/** Where an event stands in the session's log. */
export interface PublishReceipt {
  readonly event_id: string;
  /** Its cursor. */
  readonly id?: string | null;
  /** `stored`, or `duplicate` when it was stored before under the same id. */
  readonly outcome: string;
}

export interface PublisherOptions extends Pick<CommandOptions, "baseUrl" | "headers" | "getTicket" | "credentials" | "connectTimeoutMs" | "fetch"> {
  readonly sessionId: string;
  /** Whether the events go to the broadcast stream as well. */
  readonly broadcast?: boolean;
  /** How long events are repeated while the server doesn't take them, in ms; by default 60 s. Keep it below the server's `Log:DedupeWindow`, 5 min: it recognises a repeated event for no longer. */
  readonly retryBudgetMs?: number;
  /** The most events that wait; by default 10,000. Those beyond it fail with the code `overflow`. */
  readonly queueLimit?: number;
  /** Called with each event that is given up, and why. */
  readonly onFailed?: (event: NewEvent, error: StreamError) => void;
}

/** Publishes to a session, in the order of the calls. */
export interface Publisher {
  /**
   * Queues an event. Events that wait go together in one request, so a loop needn't await each.
   * @returns its receipt, once it is stored; rejects with a {@link StreamError} when it is given up. A rejection that nobody awaits is told by {@link flush} and `onFailed`.
   * @throws StreamError `invalid_option` when it can't be written as JSON, or the publisher is closed.
   */
  publish<T extends string>(event: NewEvent<T>): Promise<PublishReceipt>;
  /** Waits until all that was published is stored; rejects with the first failure since the last flush. */
  flush(): Promise<void>;
  /** Flushes, and takes no further events. */
  close(): Promise<void>;
}

interface Queued {
  readonly event: NewEvent;
  readonly json: string;
  readonly settle: (outcome: PublishReceipt | StreamError) => void;
}

// Well below what a server takes in one request: 1,000 events and 4 MiB.
const mostEvents = 500;
const mostCharacters = 1024 * 1024;

const firstRetryMs = 500;
const longestRetryMs = 5_000;

const meanings = { 403: "you may not publish there", 404: "no events are published there; check baseUrl", 405: "no events are published there; check baseUrl", 413: "the request is too large" };

/** Makes a publisher of a session: each event has an id, by which the server knows it when the request has to be repeated, so none is stored twice. */
export function createPublisher(options: PublisherOptions): Publisher {
  check(options, { sessionId: options.sessionId });
  const url = addressOf(() => publishUrl(options.sessionId, options));
  const { queueLimit = 10_000, retryBudgetMs = 60_000, onFailed } = options;
  const queue: Queued[] = [];
  const never = new AbortController().signal;
  let working: Promise<void> | undefined;
  let failure: StreamError | undefined;
  let most = mostEvents;
  let isClosed = false;

  async function work(): Promise<void> {
    // What is published in one go shares a request.
    await undefined;
    while (queue.length > 0) await send(take());
    working = undefined;
  }

  function take(): Queued[] {
    let characters = 0;
    let count = 0;
    while (count < Math.min(queue.length, most) && (characters += (queue[count] as Queued).json.length) <= mostCharacters) count++;
    return queue.splice(0, Math.max(count, 1));
  }

  async function send(batch: readonly Queued[]): Promise<void> {
    const json = `[${batch.map((each) => each.json).join(",")}]`;
    const until = Date.now() + retryBudgetMs;
    for (let failures = 0; ; ) {
      try {
        settle(batch, await postTo(url, options, json, isReceipts, meanings));
        most = Math.min(mostEvents, most * 2);
        return;
      } catch (thrown) {
        const error = thrown instanceof StreamError ? thrown : new StreamError("unreachable", String(thrown), { cause: thrown });
        if (error.isPermanent) return refuse(batch, error);
        const wait = askedBackoff(error.retryAfterMs ?? 0, ++failures, firstRetryMs, longestRetryMs);
        if (Date.now() + wait > until) return giveUp(batch, error);
        await pause(wait, never);
      }
    }
  }

  // Nothing of a refused request was stored, unless it says so.
  function refuse(batch: readonly Queued[], error: StreamError): void {
    const receipts = error.problem?.["receipts"];
    const at = Number(/^\/(\d+)/.exec(String(error.problem?.["pointer"] ?? ""))?.[1] ?? NaN);
    if (error.status === 409 && isReceipts(receipts)) settle(batch, receipts, error);
    else if (batch.length > 1 && at < batch.length) {
      giveUp([batch[at] as Queued], error);
      queue.unshift(...batch.filter((_, i) => i !== at));
    } else if (batch.length > 1 && error.status === 413) {
      most = Math.ceil(batch.length / 2);
      queue.unshift(...batch);
    } else giveUp(batch, error);
  }

  function settle(batch: readonly Queued[], receipts: readonly PublishReceipt[], error?: StreamError): void {
    batch.forEach(({ settle: end }, i) => {
      const receipt = receipts[i];
      if (receipt === undefined) end(new StreamError("not_a_stream", "The server's answer has no receipt for this event."));
      else if (receipt.outcome === "stored" || receipt.outcome === "duplicate") end(receipt);
      else end(error ?? new StreamError("refused", receipt.outcome === "run_ended" ? "The event's run has ended and takes no further events." : `The server didn't store the event: ${receipt.outcome}.`, { status: 409 }));
    });
  }

  function giveUp(batch: readonly Queued[], error: StreamError): void {
    for (const { settle: end } of batch) end(error);
  }

  function fail(event: NewEvent, error: StreamError): StreamError {
    failure ??= error;
    if (onFailed !== undefined) guarded(() => onFailed(event, error), undefined);
    return error;
  }

  const publisher: Publisher = {
    publish(event) {
      if (isClosed) throw invalid("The publisher is closed, and takes no further events.");
      const json = textOf(event);
      const stored = new Promise<PublishReceipt>((resolve, reject) => {
        const end = (outcome: PublishReceipt | StreamError) => (outcome instanceof StreamError ? reject(fail(event, outcome)) : resolve(outcome));
        if (queue.length >= queueLimit) end(new StreamError("overflow", `${queueLimit} events wait already; await publish or flush now and then.`));
        else queue.push({ event, json, settle: end });
      });
      // Node ends a process for a rejection that nobody handles; flush tells it.
      stored.catch(() => {});
      working ??= work();
      return stored;
    },
    async flush() {
      while (working !== undefined) await working;
      const first = failure;
      failure = undefined;
      if (first !== undefined) throw first;
    },
    async close() {
      isClosed = true;
      await publisher.flush();
    },
  };
  return publisher;
}

function textOf(event: NewEvent): string {
  if (!isObject(event) || typeof event.type !== "string") throw invalid("An event is an object with a type, such as { type: 'note', payload: {} }.");
  try {
    // Now, since it may wait for a while, and its maker may go on to change it.
    return jsonOf({ event_id: newId(), timestamp: new Date().toISOString(), ...event });
  } catch (cause) {
    throw invalid(`The event can't be written as JSON: ${(cause as Error).message}`, cause);
  }
}

// Pages that come over http from another machine have no crypto.randomUUID.
const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const isReceipts = (body: unknown): body is readonly PublishReceipt[] => Array.isArray(body) && body.every((each) => isObject(each) && typeof each.event_id === "string" && typeof each.outcome === "string");
