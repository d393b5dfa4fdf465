import { askedBackoff, pause } from "./backoff.js";
import { StreamError } from "./errors.js";
import { bodyOf, check, defaultTimeoutMs, invalid, post, type CommandOptions } from "./posting.js";
import { isObject } from "./shape.js";

export type { CommandOptions };

export interface AskOptions extends CommandOptions {
  readonly sessionId: string;
  readonly agent: string;
  /** What the agent shall do: any value that JSON can hold. */
  readonly input?: unknown;
  /** The run's id; by default a new one. Asking for the same run of the same agent once more makes no other one. */
  readonly runId?: string;
  /** Who asks, where the server doesn't know that by itself. */
  readonly requestedBy?: string;
}

export interface StopOptions extends CommandOptions {
  readonly sessionId: string;
  readonly runId: string;
  /** The run's agent: reaches a run whose start has left the server's log. */
  readonly agent?: string;
  readonly reason?: string;
  readonly requestedBy?: string;
}

export interface SteerOptions extends CommandOptions {
  readonly sessionId: string;
  readonly runId: string;
  /** The run's agent: reaches a run whose start has left the server's log. */
  readonly agent?: string;
  readonly message: string;
  readonly requestedBy?: string;
}

export interface AnswerOptions extends CommandOptions {
  readonly sessionId: string;
  readonly runId: string;
  /** The run's agent: reaches a run whose start has left the server's log. */
  readonly agent?: string;
  readonly approvalId: string;
  readonly approved: boolean;
  /** Why, in words for the agent. */
  readonly reason?: string;
  /** Who answers, where the server doesn't know that by itself. */
  readonly answeredBy?: string;
}

/** The server's answer to a request for a run. */
export interface AskedRun {
  readonly run_id: string;
  readonly agent: string;
  /** About how many workers of the agent hear it now: a hint, and 0 when the run had been asked for before. */
  readonly listeners: number;
  /** The cursor of the request; none when the run had been asked for before. */
  readonly id?: string | null;
}

/** Where the command stands in the session's log. */
export interface CommandReceipt {
  readonly event_id: string;
  readonly id?: string | null;
  readonly outcome: string;
}

const tries = 3;
const firstRetryMs = 500;
const longestRetryMs = 5_000;

/**
 * Asks an agent for a run, which waits until a worker takes it. A request without an answer is repeated, twice at most: the run's id keeps it one run.
 * @throws StreamError with the server's `status` and `title`, such as 409 when the run is another agent's.
 */
export async function askAgent(options: AskOptions): Promise<AskedRun> {
  const { agent, input, runId = newRunId(), requestedBy } = options;
  check(options, { sessionId: options.sessionId, agent, runId });
  const json = bodyOf({ agent, input, run_id: runId, requested_by: requestedBy });
  const until = Date.now() + (options.connectTimeoutMs ?? defaultTimeoutMs);
  for (let failures = 0; ; ) {
    try {
      return await post(options, [], json, isAskedRun);
    } catch (error) {
      if (!canBeRepeated(error) || ++failures === tries || Date.now() >= until) throw error;
      await pause(askedBackoff(error.retryAfterMs ?? 0, failures, firstRetryMs, longestRetryMs), options.signal ?? new AbortController().signal);
    }
  }
}

/**
 * Asks a run to stop; it goes on until its end is told. Not repeated: each is an event of its own.
 * @throws StreamError with the server's `status` and `title`: 404 for an unknown run, 409 for one that has ended.
 */
export async function stopRun(options: StopOptions): Promise<CommandReceipt> {
  const { sessionId, runId, agent, reason, requestedBy } = options;
  check(options, { sessionId, runId });
  return post(options, [runId, "interrupt"], bodyOf({ reason, requested_by: requestedBy, agent }), isReceipt);
}

/**
 * Tells a run what to mind. Not repeated: the agent would hear it twice.
 * @throws StreamError with the server's `status` and `title`: 404 for an unknown run, 409 for one that has ended.
 */
export async function steerRun(options: SteerOptions): Promise<CommandReceipt> {
  const { sessionId, runId, agent, message, requestedBy } = options;
  check(options, { sessionId, runId }, { message });
  return post(options, [runId, "steer"], bodyOf({ message, requested_by: requestedBy, agent }), isReceipt);
}

/**
 * Answers a question of a run. The first answer counts. Not repeated: the server would say that there is an answer already.
 * @throws StreamError with the server's `status` and `title`: 409 when it was answered already, and by whom.
 */
export async function answerApproval(options: AnswerOptions): Promise<CommandReceipt> {
  const { sessionId, runId, agent, approvalId, approved, reason, answeredBy } = options;
  check(options, { sessionId, runId }, { approvalId });
  if (typeof approved !== "boolean") throw invalid(`approved is ${String(approved)}; it is true or false.`);
  return post(options, [runId, "approvals", approvalId], bodyOf({ approved, reason, answered_by: answeredBy, agent }), isReceipt);
}

/** An id for a run. Pages that come over http from another machine have no crypto.randomUUID. */
export function newRunId(): string {
  return `run-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

const isAskedRun = (body: unknown): body is AskedRun => isObject(body) && typeof body.run_id === "string" && typeof body.agent === "string" && typeof body.listeners === "number";
const isReceipt = (body: unknown): body is CommandReceipt => isObject(body) && typeof body.event_id === "string" && typeof body.outcome === "string";

/** Whether trying again soon may help. */
const canBeRepeated = (error: unknown): error is StreamError =>
  error instanceof StreamError && !error.isPermanent && error.code !== "no_ticket" && error.status !== 429 && (error.retryAfterMs ?? 0) <= longestRetryMs;
