import { leastMs } from "./backoff.js";
import type { HeadersOption, StreamOptions } from "./options.js";
import { isObject } from "./shape.js";

const choices: { readonly [name: string]: readonly string[] } = {
  transport: ["fetch", "eventsource"],
  from: ["live", "earliest"],
  close: ["never", "session", "terminal"],
  names: ["canonical", "native", "reverb"],
  dialect: ["canonical", "reverb"],
  credentials: ["omit", "same-origin", "include"],
  whenFull: ["catch-up", "drop-oldest", "error"],
  control: ["gaps", "all", "none"],
};

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");

/** What an option must be, if not one of a few words, in words. */
const kinds: readonly (readonly [names: readonly string[], isOf: (value: unknown, name: string) => boolean, kind: (name: string) => string])[] = [
  [["watchdogMs", "connectTimeoutMs", "retryBudgetMs"], (value) => typeof value === "number" && value > 0, () => "a number of ms above 0, or Infinity"],
  [["retryMs", "maxRetryMs"], (value, name) => typeof value === "number" && value >= (leastMs[name] ?? 0), (name) => `a number of ms, at least ${leastMs[name]}, or Infinity`],
  [["queueLimit", "maxEvents"], (value) => typeof value === "number" && value >= 1, () => "a number, at least 1"],
  [["limit"], (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1000, () => "a whole number from 1 to 1000"],
  [["types", "eventTypes"], isTexts, () => "a list of texts, such as ['tool_*']"],
  [["initialEvents"], (value) => Array.isArray(value), () => "a list of events"],
  [["baseUrl", "runId", "lastEventId", "after", "reason", "requestedBy", "answeredBy"], (value) => typeof value === "string", () => "a text"],
  [["share", "broadcast"], (value) => typeof value === "boolean", () => "true or false"],
  [["fetch", "EventSource", "getTicket", "onEvent", "onStateChange", "onWarning", "onFailed"], (value) => typeof value === "function", () => "a function"],
  [["headers"], (value) => typeof value === "function" || (isObject(value) && typeof (value as { then?: unknown }).then !== "function"), () => "an object, Headers, or a function that returns them"],
  [["signal"], (value) => isObject(value) && typeof value.addEventListener === "function", () => "an AbortSignal"],
];

const shown = (value: unknown): string => (typeof value === "string" ? `'${value}'` : isObject(value) ? "an object" : String(value));

/** @throws TypeError for an option that can't work, because the stream would only seem not to be reached. */
export function checkOptions(options: object): void {
  const given = options as { readonly [name: string]: unknown };
  for (const [names, isOf, kind] of kinds) {
    for (const name of names) {
      if (given[name] !== undefined && !isOf(given[name], name)) throw new TypeError(`${name} is ${shown(given[name])}; it is ${kind(name)}.`);
    }
  }
  for (const [name, allowed] of Object.entries(choices)) {
    const value = given[name];
    if (value !== undefined && !allowed.includes(value as string)) throw new TypeError(`${name} is ${shown(value)}; it is ${allowed.map((each) => `'${each}'`).join(" or ")}.`);
  }
  const { headers, transport } = options as StreamOptions;
  if (headers === undefined) return;
  if (transport === "eventsource") throw new TypeError("An EventSource sends no headers; use the transport fetch, or a cookie.");
  if (typeof headers !== "function") sendable(headers);
}

/** @throws TypeError for headers that can't be sent. */
export function sendable(headers: Exclude<HeadersOption, () => unknown>): Headers {
  const isList = headers instanceof Headers || Array.isArray(headers);
  if (!isList && !isObject(headers)) throw new TypeError(`The headers are ${shown(headers)}; give an object or Headers.`);
  for (const [name, value] of Object.entries(isList ? {} : headers)) {
    if (typeof value !== "string") throw new TypeError(`The header ${name} is ${String(value)}; it is a string.`);
  }
  try {
    return new Headers(headers);
  } catch (cause) {
    throw new TypeError(`The headers can't be sent: ${(cause as Error).message}`, { cause });
  }
}
