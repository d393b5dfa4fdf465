import { checkOptions } from "./checks.js";
import { errorOf, StreamError } from "./errors.js";
import type { AgentEvent } from "./events.js";
import type { ConnectionOptions } from "./options.js";
import { isObject } from "./shape.js";
import { ticketFrom } from "./ticket.js";
import { send } from "./transport.js";
import { historyUrl } from "./url.js";
import { parseJson } from "./wire.js";

export interface HistoryOptions extends Pick<ConnectionOptions, "baseUrl" | "headers" | "getTicket" | "credentials" | "types" | "runId" | "fetch"> {
  readonly sessionId: string;
  /** Only what comes after this cursor; by default from the first event held. */
  readonly after?: string;
  /** How many events at most: 1 to 1,000; by default 100. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface HistoryPage {
  readonly events: readonly AgentEvent[];
  /** Stream on from here: the `lastEventId` of {@link createEventStream}. */
  readonly cursor: string;
  readonly has_more: boolean;
  /** The verdict on `after`, as in `session_stream_started`. */
  readonly resume: string;
  readonly reason?: string;
}

/**
 * Loads a page of a session's log, for rendering on a server.
 * @throws StreamError when the server doesn't answer, or answers something else.
 */
export async function loadHistory(options: HistoryOptions): Promise<HistoryPage> {
  check(options);
  const url = historyUrl(options.sessionId, options);
  const query = url.searchParams;
  if (options.after !== undefined) query.set("after", options.after);
  if (options.limit !== undefined) query.set("limit", String(options.limit));
  if (options.types?.length) query.set("types", options.types.join(","));
  if (options.runId !== undefined) query.set("run_id", options.runId);
  let response = await ask(url.href, options);
  if (response.status === 401 && options.getTicket !== undefined) {
    void response.body?.cancel().catch(() => {});
    response = await ask(url.href, options);
  }
  if (!response.ok) throw await errorOf(response);
  return pageOf(await textOf(response, options.signal));
}

function check(options: HistoryOptions): void {
  try {
    checkOptions(options);
  } catch (cause) {
    throw new StreamError("invalid_option", (cause as Error).message, { cause });
  }
}

async function ask(url: string, options: HistoryOptions): Promise<Response> {
  const ticket = options.getTicket === undefined ? undefined : await ticketFrom(options.getTicket);
  return send(url, "application/json", options, options.signal, ticket);
}

async function textOf(response: Response, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new StreamError("ended", "The connection broke off.", { cause });
  }
}

function pageOf(text: string): HistoryPage {
  let page: unknown;
  try {
    page = parseJson(text);
  } catch {
    page = undefined;
  }
  if (isObject(page) && Array.isArray(page.events) && typeof page.cursor === "string") return page as unknown as HistoryPage;
  throw new StreamError("not_a_stream", "The answer is no page of a history; does baseUrl point at the server?", { status: 200 });
}
