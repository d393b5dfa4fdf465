import { errorOf } from "./errors.js";
import type { AgentEvent } from "./events.js";
import type { ConnectionOptions } from "./options.js";
import { headersOf, unreachable } from "./transport.js";
import { historyUrl } from "./url.js";

export interface HistoryOptions extends Pick<ConnectionOptions, "baseUrl" | "headers" | "credentials" | "types" | "runId" | "fetch"> {
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
  const url = historyUrl(options.sessionId, options);
  const query = url.searchParams;
  if (options.after !== undefined) query.set("after", options.after);
  if (options.limit !== undefined) query.set("limit", String(options.limit));
  if (options.types?.length) query.set("types", options.types.join(","));
  if (options.runId !== undefined) query.set("run_id", options.runId);
  const init: RequestInit = { headers: await headersOf(options), cache: "no-store" };
  if (options.credentials !== undefined) init.credentials = options.credentials;
  if (options.signal !== undefined) init.signal = options.signal;
  const response = await (options.fetch ?? fetch)(url.href, init).catch((cause: unknown) => {
    options.signal?.throwIfAborted();
    throw unreachable(url.href, cause);
  });
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as HistoryPage;
}
