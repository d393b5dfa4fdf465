import { catalogue } from "./events.generated.js";
import { errorOf, StreamError } from "./errors.js";
import type { ConnectionOptions } from "./options.js";
import { SseParser, type Frame } from "./sse-parser.js";

export interface TransportRequest {
  readonly url: string;
  readonly options: ConnectionOptions;
  /** Ends the connection. */
  readonly signal: AbortSignal;
  /** The server answered with a stream. */
  onOpen(): void;
  /** Bytes came, if only a comment. */
  onActivity(): void;
  onFrame(frame: Frame): void;
}

/**
 * One connection, from the request to its end.
 * @returns true when the server says that the stream is over for good (204).
 * @throws StreamError for every other end; when the signal was aborted, its reason.
 */
export type Transport = (request: TransportRequest) => Promise<boolean>;

export const transportOf = (options: ConnectionOptions): Transport =>
  options.transport === "eventsource" ? eventSourceTransport : fetchTransport;

const fetchTransport: Transport = async (request) => {
  const response = await ask(request);
  if (response.status === 204) return true;
  await check(response);
  request.onOpen();
  await read(response.body as ReadableStream<Uint8Array>, request);
  throw new StreamError("ended", "The server, or a proxy in front of it, ended the stream without a reason.");
};

/** The headers that the caller wants sent. */
export async function headersOf(options: Pick<ConnectionOptions, "headers">): Promise<{ readonly [name: string]: string }> {
  try {
    return typeof options.headers === "function" ? await options.headers() : (options.headers ?? {});
  } catch (cause) {
    throw new StreamError("unreachable", `The headers function failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function ask({ url, options, signal }: TransportRequest): Promise<Response> {
  const headers = await headersOf(options);
  const init: RequestInit = { headers: { accept: "text/event-stream", ...headers }, signal, cache: "no-store" };
  if (options.credentials !== undefined) init.credentials = options.credentials;
  try {
    return await (options.fetch ?? fetch)(url, init);
  } catch (cause) {
    signal.throwIfAborted();
    throw unreachable(url, cause);
  }
}

/** The error of a request that got no answer. */
export function unreachable(url: string, cause: unknown): StreamError {
  const { origin } = new URL(url);
  const code = (cause as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  const isForeign = typeof location === "object" && location.origin !== "null" && location.origin !== origin;
  // A browser doesn't tell a page which of the two it is.
  const hint = isForeign ? `, or doesn't allow pages of ${location.origin} (the server lists them in Cors:Origins)` : "";
  return new StreamError("unreachable", `The server at ${origin} can't be reached${typeof code === "string" ? ` (${code})` : ""}${hint}.`, { cause });
}

async function check(response: Response): Promise<void> {
  if (response.status !== 200) throw await errorOf(response);
  const type = response.headers.get("content-type") ?? "nothing";
  if (type.toLowerCase().startsWith("text/event-stream")) return;
  void response.body?.cancel().catch(() => {});
  throw new StreamError("not_a_stream", `The answer is ${type} and no text/event-stream; does baseUrl point at the server?`, { status: 200 });
}

async function read(body: ReadableStream<Uint8Array>, { signal, onActivity, onFrame }: TransportRequest): Promise<void> {
  const parser = new SseParser(onFrame);
  const decoder = new TextDecoder();
  const reader = body.getReader();
  signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      signal.throwIfAborted();
      onActivity();
      parser.push(decoder.decode(value, { stream: true }));
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof RangeError
      ? new StreamError("not_a_stream", cause.message, { cause })
      : new StreamError("ended", "The connection broke off.", { cause });
  }
}

const closedState = 2;

const eventSourceTransport: Transport = (request) =>
  new Promise((resolve, reject) => {
    const { url, options, signal } = request;
    signal.throwIfAborted();
    const Source = options.EventSource ?? globalThis.EventSource;
    if (Source === undefined) throw new StreamError("not_a_stream", "There is no EventSource here; use the transport fetch, or pass one as options.EventSource.");
    const source = new Source(url, { withCredentials: options.credentials === "include" });

    let lastId = "";
    const listener = (message: MessageEvent) => {
      request.onActivity();
      // For frames without an id a browser's EventSource repeats the last one; other implementations leave it empty.
      const id = message.lastEventId === lastId || message.lastEventId === "" ? undefined : message.lastEventId;
      lastId = id ?? lastId;
      request.onFrame({ data: message.data as string, id });
    };
    for (const type of new Set(["message", ...Object.keys(catalogue), ...(options.eventTypes ?? [])])) source.addEventListener(type, listener);

    source.onopen = () => request.onOpen();
    source.onerror = () => {
      const isRefused = source.readyState === closedState;
      // Otherwise it would reconnect by itself, at the old cursor and without back-off.
      source.close();
      if (isRefused) diagnose(request).then(resolve, reject);
      else reject(new StreamError("ended", "The connection broke off, or the server can't be reached."));
    };
    signal.addEventListener("abort", () => {
      source.close();
      reject(signal.reason as Error);
    });
  });

/** An EventSource doesn't say why it was refused, so the same request is sent by fetch. */
async function diagnose(request: TransportRequest): Promise<boolean> {
  const response = await ask(request);
  if (response.status === 204) return true;
  await check(response);
  void response.body?.cancel().catch(() => {});
  throw new StreamError("ended", "The server refused the stream a moment ago.");
}
