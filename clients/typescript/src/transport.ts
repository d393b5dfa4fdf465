import { sendable } from "./checks.js";
import { catalogue } from "./events.generated.js";
import { errorOf, StreamError } from "./errors.js";
import type { ConnectionOptions, EventSourceLike } from "./options.js";
import { SseParser, type Frame } from "./sse-parser.js";
import { withTicket } from "./url.js";

export interface TransportRequest {
  readonly url: string;
  readonly ticket: string | undefined;
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
  if (typeof response.body?.getReader !== "function" || response.bodyUsed) {
    throw new StreamError("not_a_stream", "The answer has no body that can be read as it comes; pass a fetch that gives one as options.fetch, or use the transport eventsource.", { status: 200 });
  }
  request.onOpen();
  await read(response.body, request);
  throw new StreamError("ended", "The server, or a proxy in front of it, ended the stream without a reason.");
};

/**
 * Sends a request with the headers that the caller wants sent: a GET, or a POST of JSON.
 * @throws StreamError when there is no answer, or the request can't be sent at all.
 */
export async function send(url: string, accept: string, { headers, credentials, fetch: own }: Pick<ConnectionOptions, "headers" | "credentials" | "fetch">, signal?: AbortSignal, ticket?: string, json?: string): Promise<Response> {
  const given = typeof headers === "function" ? await headersFrom(headers) : (headers ?? {});
  const init: RequestInit = { cache: "no-store" };
  if (credentials !== undefined) init.credentials = credentials;
  if (signal !== undefined) init.signal = signal;
  const fetchIt = own ?? globalThis.fetch;
  try {
    if (fetchIt === undefined) throw new TypeError("There is no fetch here; pass one as options.fetch.");
    init.headers = sendable(given);
    if (!init.headers.has("accept")) init.headers.set("accept", accept);
    if (json !== undefined) {
      Object.assign(init, { method: "POST", body: json });
      init.headers.set("content-type", "application/json");
    }
    if (ticket !== undefined) {
      if (init.headers.has("authorization")) throw new TypeError("The headers have an authorization, and getTicket gives another one; leave out one of them.");
      init.headers.set("authorization", `Bearer ${ticket}`);
    }
    // It fails for what fetch would refuse to send, with words that fetch doesn't give.
    const { headers: sent } = new Request(url, init);
    for (const [name] of init.headers) if (!sent.has(name)) throw new TypeError(`Browsers don't let a page send the header ${name}.`);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new StreamError("invalid_option", `The request can't be sent: ${(cause as Error).message}`, { cause });
  }
  let response: Response;
  try {
    response = await fetchIt(url, init);
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreachable(url, cause);
  }
  if (typeof response?.status === "number" && typeof response.headers?.get === "function") return response;
  throw new StreamError("invalid_option", `options.fetch gave ${String(response)} and no Response; it must return what fetch returns.`);
}

async function headersFrom(headers: Extract<ConnectionOptions["headers"], () => unknown>): Promise<Awaited<ReturnType<typeof headers>>> {
  try {
    return await headers();
  } catch (cause) {
    throw new StreamError("unreachable", `The headers function failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

const ask = ({ url, ticket, options, signal }: TransportRequest): Promise<Response> => send(url, "text/event-stream", options, signal, ticket);

/** The error of a request that got no answer. */
function unreachable(url: string, cause: unknown): StreamError {
  const { origin } = new URL(url);
  const code = (cause as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  const page = typeof location === "object" && location.origin !== "null" && location.origin !== origin ? location : undefined;
  // A browser doesn't tell a page which of them it is.
  const insecure = page?.protocol === "https:" && origin.startsWith("http:") ? "; a page of https can read only from https" : "";
  const hint = page === undefined ? "" : `, or doesn't allow pages of ${page.origin} (the server lists them in Cors:Origins)${insecure}`;
  return new StreamError("unreachable", `The server at ${origin} can't be reached${typeof code === "string" ? ` (${code})` : ""}${hint}.`, { cause });
}

async function check(response: Response): Promise<void> {
  if (response.status !== 200) throw await errorOf(response);
  const type = response.headers.get("content-type") ?? "nothing";
  if (/^text\/event-stream\s*(;|$)/i.test(type)) return;
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

function opened(Source: NonNullable<ConnectionOptions["EventSource"]>, url: string, { credentials }: ConnectionOptions): EventSourceLike {
  try {
    const source = new Source(url, { withCredentials: credentials === "include" });
    if (typeof source.addEventListener !== "function" || typeof source.close !== "function") throw new TypeError("it has no addEventListener or no close.");
    return source;
  } catch (cause) {
    // Browsers quote the address, which may have a ticket.
    const words = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/([?&]ticket=)[^&\s'"]*/g, "$1…");
    throw new StreamError("invalid_option", `The EventSource can't be made: ${words}`);
  }
}

const eventSourceTransport: Transport = (request) =>
  new Promise((resolve, reject) => {
    const { url, ticket, options, signal } = request;
    signal.throwIfAborted();
    const Source = options.EventSource ?? globalThis.EventSource;
    if (Source === undefined) throw new StreamError("invalid_option", "There is no EventSource here; use the transport fetch, or pass one as options.EventSource.");
    const source = opened(Source, ticket === undefined ? url : withTicket(url, ticket), options);
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
