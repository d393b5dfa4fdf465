import { checkOptions } from "./checks.js";
import { unanswered } from "./endings.js";
import { errorOf, StreamError } from "./errors.js";
import type { ConnectionOptions } from "./options.js";
import { ticketFrom } from "./ticket.js";
import { after } from "./timer.js";
import { send } from "./transport.js";
import { commandUrl } from "./url.js";
import { jsonOf } from "./wire.js";

/** How a command reaches the server: the options that a stream has for that. */
export interface CommandOptions extends Pick<ConnectionOptions, "baseUrl" | "headers" | "getTicket" | "credentials" | "connectTimeoutMs" | "fetch"> {
  /** Gives up the request; the server may have taken it all the same. */
  readonly signal?: AbortSignal;
}

export const defaultTimeoutMs = 15_000;

const commandMeanings = { 403: "you may not do that", 404: "there are no commands there; check baseUrl" };

export const invalid = (message: string, cause?: unknown): StreamError => new StreamError("invalid_option", message, { cause });

/** @throws StreamError for what the server would refuse. */
export function check(options: CommandOptions, ids: { readonly [option: string]: unknown }, texts: { readonly [option: string]: unknown } = {}): void {
  try {
    checkOptions(options);
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
  for (const [name, id] of Object.entries(ids)) {
    if (typeof id !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/.test(id)) throw invalid(`${name} is ${typeof id === "string" ? `'${id}'` : String(id)}; it has 1 to 128 letters, digits and . _ : @ - and begins with a letter or digit.`);
  }
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== "string" || text === "") throw invalid(`${name} is ${text === "" ? "empty" : String(text)}; it is a text.`);
  }
}

/** @throws StreamError when there is an `input` that JSON can't hold. */
export function bodyOf(members: { readonly [member: string]: unknown }): string {
  const { input } = members;
  if (typeof input === "function" || typeof input === "symbol") throw invalid(`input is a ${typeof input}, which JSON can't hold.`);
  try {
    return jsonOf(members);
  } catch (cause) {
    throw invalid(`input can't be written as JSON: ${(cause as Error).message}`, cause);
  }
}

/** Posts a command. */
export async function post<T>(options: CommandOptions, steps: readonly string[], json: string, isAnswer: (body: unknown) => body is T): Promise<T> {
  const { sessionId } = options as CommandOptions & { readonly sessionId: string };
  return postTo(addressOf(() => commandUrl(sessionId, steps, options)), options, json, isAnswer, commandMeanings);
}

/** @throws StreamError when an option makes no address. */
export function addressOf(make: () => URL): URL {
  try {
    return make();
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
}

/** Posts JSON. It is refused with 401 before anything is done, so it is sent once more with another ticket. */
export async function postTo<T>(url: URL, options: CommandOptions, json: string, isAnswer: (body: unknown) => body is T, meanings: { readonly [status: number]: string }): Promise<T> {
  const { connectTimeoutMs = defaultTimeoutMs, signal } = options;
  signal?.throwIfAborted();
  const attempt = new AbortController();
  const onAbort = () => attempt.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  const callOff = after(connectTimeoutMs, () => attempt.abort(unanswered(connectTimeoutMs)));
  const ask = async () => send(url.href, "application/json", options, attempt.signal, options.getTicket === undefined ? undefined : await ticketFrom(options.getTicket), json);
  // A function for a ticket or for headers may never come back, and no fetch would see that the request was given up.
  const aborted = new Promise<never>((_, reject) => attempt.signal.addEventListener("abort", () => reject(attempt.signal.reason as Error)));
  try {
    return await Promise.race([aborted, answered()]);
  } finally {
    callOff();
    signal?.removeEventListener("abort", onAbort);
  }

  async function answered(): Promise<T> {
    let response = await ask();
    if (response.status === 401 && options.getTicket !== undefined) {
      void response.body?.cancel().catch(() => {});
      response = await ask();
    }
    if (!response.ok) throw await errorOf(response, meanings);
    const body = await bodyFrom(response);
    if (isAnswer(body)) return body;
    throw new StreamError("not_a_stream", "The answer isn't one to this request; does baseUrl point at the server?", { status: response.status });
  }
}

async function bodyFrom(response: Response): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    throw new StreamError("ended", "The connection broke off before the whole answer came.", { cause });
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
