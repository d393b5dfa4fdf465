import type { CommandOptions, StreamSource } from "../../src/index.js";
import { isObject } from "../../src/shape.js";
import { jsonOf } from "../../src/wire.js";
import { currentAccess, isTicket, refused } from "./access.js";
import { home } from "./place.js";

/** The outcome of a request; a failure is a sentence for the reader. */
export type Outcome<T> = { readonly isOk: true; readonly value: T } | { readonly isOk: false; readonly words: string; readonly status?: number };

export interface Session {
  readonly session_id: string;
  readonly started_at: string;
}

export interface Receipt {
  readonly event_id: string;
  readonly id?: string;
  readonly outcome: "stored" | "duplicate" | "run_ended";
}

export interface NewEvent {
  readonly type: string;
  readonly payload: { readonly [member: string]: unknown };
  readonly run_id?: string;
  readonly agent_id?: string;
}

/** Where a session stands. */
export interface SessionState {
  readonly cursor: string;
  readonly viewers: number;
  /** Unknown of servers that don't tell it. */
  readonly last_event_at?: string;
  readonly errors?: number;
  readonly runs: readonly SessionRun[];
  readonly approvals: readonly unknown[];
}

export interface SessionRun {
  readonly run_id: string;
  readonly status: string;
  readonly agent?: string;
  readonly parent_run_id?: string;
  readonly began_at: string;
  readonly ended_at?: string;
  readonly error_type?: string;
}

// All that a server remembers; it tells their names and beginnings only.
const maxSessions = 1000;

export const recentSessions = (server: string | undefined, signal: AbortSignal): Promise<Outcome<readonly Session[]>> =>
  ask(server, `/sessions?limit=${maxSessions}`, { signal }, (body) => (isObject(body) && Array.isArray(body.sessions) && body.sessions.every(isSession) ? body.sessions : undefined));

export const readSession = (server: string | undefined, sessionId: string, signal: AbortSignal): Promise<Outcome<SessionState>> =>
  ask(server, `/sessions/${encodeURIComponent(sessionId)}`, { signal }, (body) => (isSessionState(body) ? body : undefined));

export const publish = (server: string | undefined, sessionId: string, event: NewEvent, signal?: AbortSignal): Promise<Outcome<Receipt>> =>
  ask(
    server,
    `/events/${encodeURIComponent(sessionId)}`,
    { method: "POST", headers: { "content-type": "application/json" }, body: jsonOf(event), ...(signal === undefined ? {} : { signal }) },
    (body) => (isReceipt(body) ? body : undefined),
  );

/** How commands for runs reach the server: with what this tab shows to its own. */
export const commandOptions = (server: string | undefined): CommandOptions => ({
  baseUrl: server ?? home(),
  credentials: server === undefined ? "same-origin" : "omit",
  headers: () => {
    const credential = server === undefined ? currentAccess().credential : undefined;
    return credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  },
  fetch: async (input, init) => {
    const { credential } = currentAccess();
    const response = await fetch(input, init);
    if (response.status === 401 && server === undefined && credential === currentAccess().credential) refused(wordsOf(401, await response.clone().json().catch(() => undefined)));
    return response;
  },
});

/** Whether the page's own server takes a key or token. @returns why it doesn't. */
export async function checkCredential(credential: string): Promise<string | undefined> {
  const outcome = await askAs(credential, undefined, "/sessions?limit=1", {}, (body) => body);
  return outcome.isOk || outcome.status !== 401 ? undefined : outcome.words;
}

const ticketSeconds = 300;

/** What lets a stream in: the tab's ticket, or one that is made with its key. */
export async function ticketFor(source: StreamSource): Promise<string> {
  const credential = currentAccess().credential ?? "";
  if (isTicket(credential)) return credential;
  const body = JSON.stringify({ grants: [`subscribe ${resourceOf(source)}`], expires_in: ticketSeconds });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body };
  const made = await askAs(credential, undefined, "/tickets", init, (answer) => (isObject(answer) && typeof answer.ticket === "string" ? answer.ticket : undefined));
  if (made.isOk) return made.value;
  // The stream itself is answered then, with what is missing.
  if (made.status !== undefined && made.status >= 400 && made.status < 500) return credential;
  throw new Error(made.words);
}

function resourceOf({ sessionId, projectId }: StreamSource): string {
  if (sessionId !== undefined) return `session:${sessionId}`;
  return projectId === undefined ? "broadcast" : `project:${projectId}`;
}

// A listed server need not be EventStream.
const isSessionState = (value: unknown): value is SessionState => isObject(value) && typeof value.cursor === "string" && Array.isArray(value.runs) && Array.isArray(value.approvals);
const isSession = (value: unknown): value is Session => isObject(value) && typeof value.session_id === "string" && typeof value.started_at === "string";
const isReceipt = (value: unknown): value is Receipt => isObject(value) && typeof value.event_id === "string" && (value.id === undefined || typeof value.id === "string");

/** @param read Returns undefined for an answer that isn't EventStream's. */
async function ask<T>(server: string | undefined, path: string, init: RequestInit, read: (body: unknown) => T | undefined): Promise<Outcome<T>> {
  const credential = server === undefined ? currentAccess().credential : undefined;
  const outcome = await askAs(credential, server, path, init, read);
  if (!outcome.isOk && outcome.status === 401 && server === undefined && credential === currentAccess().credential) refused(outcome.words);
  return outcome;
}

async function askAs<T>(credential: string | undefined, server: string | undefined, path: string, init: RequestInit, read: (body: unknown) => T | undefined): Promise<Outcome<T>> {
  const base = (server ?? home()).replace(/\/+$/, "");
  let response: Response;
  try {
    // Other servers get nothing of this one's.
    response = await fetch(base + path, { ...init, credentials: server === undefined ? "same-origin" : "omit", headers: { ...init.headers, ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }) } });
  } catch {
    if (init.signal?.aborted) return { isOk: false, words: "Stopped." };
    const isOther = server !== undefined;
    return { isOk: false, words: `No answer from ${base}. Is the server running${isOther ? `, and does its Cors:Origins allow ${location.origin}` : ""}?` };
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) return { isOk: false, words: wordsOf(response.status, body), status: response.status };
  const value = read(body);
  return value === undefined ? { isOk: false, words: "The answer isn't EventStream's; is that its address?" } : { isOk: true, value };
}

const meanings: { readonly [status: number]: string } = {
  401: "You aren't signed in, or the credentials have expired.",
  403: "You have no right to do that.",
  404: "This server has no such address; its inspector may be switched off.",
  413: "That is too large.",
  503: "The server is full or stopping; try again.",
};

function wordsOf(status: number, body: unknown): string {
  const { title } = (body ?? {}) as { title?: unknown };
  return typeof title === "string" && title !== "" ? title : (meanings[status] ?? `The server answered ${status}.`);
}
