/**
 * What went wrong:
 * - `refused`: the server answered that it won't stream this; for good
 * - `not_a_stream`: the answer is no event stream; for good
 * - `unreachable`: no answer; tried again
 * - `silent`: connected, but nothing came, not even a heartbeat; tried again
 * - `unavailable`: the server can't at the moment; tried again
 * - `ended`: the stream broke off without a word; tried again
 * - `overflow`: the consumer was too slow, and asked to be told by an error; for good
 * - `dropped`, `unreadable`: warnings; something was left out
 */
export type StreamErrorCode =
  | "refused"
  | "not_a_stream"
  | "unreachable"
  | "silent"
  | "unavailable"
  | "ended"
  | "overflow"
  | "dropped"
  | "unreadable";

const permanent: readonly StreamErrorCode[] = ["refused", "not_a_stream", "overflow"];

/** What went wrong with a stream, in words that can be shown to a person. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly code: StreamErrorCode;
  /** The HTTP status, when the server answered. */
  readonly status: number | undefined;
  /** How long the server asks to wait, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(code: StreamErrorCode, message: string, details: { status?: number; retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Whether trying again can't help. */
  get isPermanent(): boolean {
    return permanent.includes(this.code);
  }
}

const meanings: { readonly [status: number]: string } = {
  400: "the request is wrong",
  401: "you aren't signed in, or the credentials have expired",
  403: "you may not see this stream",
  404: "there is no such stream there; check baseUrl",
  429: "too many requests",
  503: "it is stopping or full",
};

// The title is quoted when it is `application/problem+json`.
export async function errorOf(response: Response): Promise<StreamError> {
  const { status } = response;
  const title = await titleOf(response);
  const meaning = title ?? meanings[status] ?? (response.statusText || "no reason given");
  const canChange = status >= 500 || status === 408 || status === 425 || status === 429;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new StreamError(canChange ? "unavailable" : "refused", `The server answered ${status}: ${meaning}`, {
    status,
    retryAfterMs: Number.isFinite(retryAfter) ? retryAfter * 1000 : undefined,
  });
}

async function titleOf(response: Response): Promise<string | undefined> {
  if (!response.headers.get("content-type")?.includes("json")) {
    // Nobody reads the body; left alone it would hold the connection.
    void response.body?.cancel().catch(() => {});
    return undefined;
  }
  try {
    const problem: unknown = await response.json();
    const title = (problem as { title?: unknown } | null)?.title;
    return typeof title === "string" && title !== "" ? title : undefined;
  } catch {
    return undefined;
  }
}
