import type { HeadersOption, StreamOptions } from "./options.js";

const times = ["watchdogMs", "connectTimeoutMs", "retryMs", "maxRetryMs"] as const;
const choices: { readonly [name: string]: readonly string[] } = {
  transport: ["fetch", "eventsource"],
  from: ["live", "earliest"],
  whenFull: ["catch-up", "drop-oldest", "error"],
  control: ["gaps", "all", "none"],
};

/** @throws TypeError for an option that can't work, because the stream would only seem not to be reached. */
export function checkOptions(options: StreamOptions): void {
  const given = options as { readonly [name: string]: unknown };
  for (const name of times) {
    const value = given[name];
    if (value !== undefined && !(typeof value === "number" && value > 0)) throw new TypeError(`${name} is ${String(value)}; it is a number of ms above 0, or Infinity.`);
  }
  for (const [name, allowed] of Object.entries(choices)) {
    const value = given[name];
    if (value !== undefined && !allowed.includes(value as string)) throw new TypeError(`${name} is '${String(value)}'; it is ${allowed.map((each) => `'${each}'`).join(" or ")}.`);
  }
  for (const name of ["fetch", "EventSource"]) {
    if (given[name] !== undefined && typeof given[name] !== "function") throw new TypeError(`${name} is no function.`);
  }
  const { headers, queueLimit, transport } = options;
  if (queueLimit !== undefined && !(queueLimit >= 1)) throw new TypeError(`queueLimit is ${queueLimit}; it is at least 1.`);
  if (headers === undefined) return;
  if (transport === "eventsource") throw new TypeError("An EventSource sends no headers; use the transport fetch, or a cookie.");
  if (typeof headers !== "function") sendable(headers);
}

/** @throws TypeError for headers that can't be sent. */
export function sendable(headers: Exclude<HeadersOption, () => unknown>): Headers {
  const isList = headers instanceof Headers || Array.isArray(headers);
  for (const [name, value] of Object.entries(isList ? {} : headers)) {
    if (typeof value !== "string") throw new TypeError(`The header ${name} is ${String(value)}; it is a string.`);
  }
  try {
    return new Headers(headers);
  } catch (cause) {
    throw new TypeError(`The headers can't be sent: ${(cause as Error).message}`, { cause });
  }
}
