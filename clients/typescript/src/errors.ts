/**
 * What went wrong:
 * - `invalid_option`: an option can't work, such as a header that can't be sent; ends it for good
 * - `refused`: the server refused the stream or the request; ends it for good
 * - `not_a_stream`: the answer is no event stream, or none to the request; ends it for good
 * - `unreachable`: no answer; the client tries again
 * - `no_ticket`: `getTicket` failed; the client tries again
 * - `silent`: connected, but nothing came, not even a heartbeat; the client tries again
 * - `unavailable`: the server is full or stopping; the client tries again
 * - `ended`: the connection was lost; the client tries again
 * - `overflow`: the consumer was too slow, and `whenFull` is `error`; ends it for good
 * - `dropped`, `unreadable`: warnings that events were left out
 */
export type StreamErrorCode =
  | "invalid_option"
  | "refused"
  | "not_a_stream"
  | "unreachable"
  | "no_ticket"
  | "silent"
  | "unavailable"
  | "ended"
  | "overflow"
  | "dropped"
  | "unreadable";

const permanent: readonly StreamErrorCode[] = ["invalid_option", "refused", "not_a_stream", "overflow"];

/** The members of an `application/problem+json`. */
export type Problem = { readonly [member: string]: unknown };

/** What went wrong with a stream or a request, in words that can be shown to a person. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly code: StreamErrorCode;
  /** The HTTP status, when the server answered. */
  readonly status: number | undefined;
  /** How long the server asks to wait, in ms. */
  readonly retryAfterMs: number | undefined;
  /** What the server said is wrong: the title of its `application/problem+json`. */
  readonly title: string | undefined;
  /** All that the server said of it: its `application/problem+json`. */
  readonly problem: Problem | undefined;

  constructor(code: StreamErrorCode, message: string, details: { status?: number; retryAfterMs?: number | undefined; title?: string | undefined; problem?: Problem | undefined; cause?: unknown } = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.title = details.title;
    this.problem = details.problem;
  }

  /** Whether trying again can't help. */
  get isPermanent(): boolean {
    return permanent.includes(this.code);
  }
}

type Meanings = { readonly [status: number]: string };

const meanings: Meanings = {
  400: "the request is wrong",
  401: "you aren't signed in, or the credentials have expired",
  403: "you may not see this stream",
  404: "there is no such stream there; check baseUrl",
  429: "too many requests",
  503: "it is stopping or full",
};

// The message quotes the title of `application/problem+json`.
export async function errorOf(response: Response, ofRequest: Meanings = {}): Promise<StreamError> {
  const { status } = response;
  const problem = await problemOf(response);
  const title = typeof problem?.["title"] === "string" && problem["title"] !== "" ? problem["title"] : undefined;
  const meaning = title ?? ofRequest[status] ?? meanings[status] ?? (response.statusText || "no reason given");
  const canChange = status >= 500 || status === 408 || status === 425 || status === 429;
  return new StreamError(canChange ? "unavailable" : "refused", `The server answered ${status}: ${meaning}`, { status, title, problem, retryAfterMs: retryAfterOf(response) });
}

// Seconds, or a date of HTTP.
function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get("retry-after") ?? "";
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  return /^\w{3}, .* GMT$/.test(value) ? Date.parse(value) - Date.now() || undefined : undefined;
}

async function problemOf(response: Response): Promise<Problem | undefined> {
  if (!response.headers.get("content-type")?.includes("json")) {
    // The body isn't needed; unread it would keep the connection.
    void response.body?.cancel().catch(() => {});
    return undefined;
  }
  try {
    const problem: unknown = await response.json();
    return typeof problem === "object" && problem !== null ? (problem as Problem) : undefined;
  } catch {
    return undefined;
  }
}
