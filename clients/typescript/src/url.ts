import type { ConnectionOptions, StreamSource } from "./options.js";

/** Where a stream begins. */
export type Start = { readonly after: string } | { readonly from: "live" | "earliest" };

function pathOf(source: StreamSource): string {
  if (source.sessionId !== undefined) return `events/${idOf("sessionId", source.sessionId)}`;
  if (source.projectId !== undefined) return `projects/${idOf("projectId", source.projectId)}/events`;
  if (source.broadcast) return "broadcast/events";
  throw new TypeError("Say what to stream: sessionId, projectId or broadcast: true.");
}

function idOf(option: string, id: unknown): string {
  if (typeof id !== "string" || id === "") throw new TypeError(`${option} is empty; give the id of what to stream.`);
  // Proxies and URL parsers resolve these as steps in the path, escaped or not.
  if (id === "." || id === "..") throw new TypeError(`${option} is '${id}'; an id begins with a letter or digit.`);
  try {
    return encodeURIComponent(id);
  } catch (cause) {
    throw new TypeError(`${option} holds half a character; it can't be in an address.`, { cause });
  }
}

/** The absolute address of a resource of the server. */
export function resolve(baseUrl: string | undefined, path: string): URL {
  const page = typeof location === "object" && location.href !== "about:blank" ? location.href : undefined;
  const base = (baseUrl ?? "").replace(/\/+$/, "");
  const no = (why: string, cause?: unknown) => new TypeError(`baseUrl is '${baseUrl ?? ""}', which ${why}; write one such as http://localhost:8000.`, { cause });
  let url: URL;
  try {
    url = new URL(`${base}/${path}`, page);
  } catch (cause) {
    throw no(`is no address${page === undefined ? " outside of a web page" : ""}`, cause);
  }
  if (!/^https?:$/.test(url.protocol)) throw no("is no address of http or https");
  if (url.search !== "" || url.hash !== "") throw no("has a query or a fragment");
  // A page's address may have a name, too.
  if (!base.includes("@")) url.username = url.password = "";
  if (url.username !== "" || url.password !== "") throw no("has a user's name, which browsers don't send");
  return url;
}

/** The address of a stream, without the place where it begins. */
export function streamUrl(source: StreamSource, options: ConnectionOptions): string {
  const url = resolve(options.baseUrl, pathOf(source));
  const query = url.searchParams;
  if (options.types?.length) query.set("types", options.types.join(","));
  if (options.runId !== undefined) query.set("run_id", options.runId);
  if (options.close !== undefined && options.close !== "never") query.set("close", options.close);
  if (options.names !== undefined && options.names !== "canonical") query.set("names", options.names);
  if (options.dialect !== undefined && options.dialect !== "canonical") query.set("dialect", options.dialect);
  // Comments are invisible to EventSource, and filtered streams learn their position from heartbeats.
  query.set("heartbeat", "event");
  return url.href;
}

/** The cursor is in the query, because a Last-Event-ID header would cost pages of other origins a preflight each time. */
export function withStart(url: string, start: Start): string {
  const started = new URL(url);
  if ("after" in start) started.searchParams.set("last_event_id", start.after);
  else started.searchParams.set("from", start.from);
  return started.href;
}

/** For an EventSource, which sends no headers. */
export function withTicket(url: string, ticket: string): string {
  const shown = new URL(url);
  shown.searchParams.set("ticket", ticket);
  return shown.href;
}

/** The address of a command for a session's runs; the steps in the path are ids too. */
export function commandUrl(sessionId: string, steps: readonly string[], options: { readonly baseUrl?: string | undefined }): URL {
  return resolve(options.baseUrl, ["sessions", sessionId, "runs", ...steps].map((step) => idOf("An id", step)).join("/"));
}

/** The address where events of a session are published. */
export function publishUrl(sessionId: string, options: { readonly baseUrl?: string | undefined; readonly broadcast?: boolean | undefined }): URL {
  const url = resolve(options.baseUrl, `events/${idOf("sessionId", sessionId)}`);
  if (options.broadcast === true) url.searchParams.set("broadcast", "true");
  return url;
}

/** The address of a page of a session's history. */
export function historyUrl(sessionId: string, options: { readonly baseUrl?: string | undefined }): URL {
  return resolve(options.baseUrl, `events/${idOf("sessionId", sessionId)}/history`);
}
