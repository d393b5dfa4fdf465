import type { NextRequest } from "next/server";
import { eventStreamUrl } from "../../server";

const id = "[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}";
const stream = new RegExp(`^(events/${id}|projects/${id}/events|broadcast/events)$`);
// The paths that pages may read, and those that they may post to. Pages don't publish.
const readable = new RegExp(`^((events/${id}|projects/${id}/events|broadcast/events)(/history)?|agui/${id}|api/chat/${id}(~${id})?/stream|copilotkit/info)$`);
const postable = new RegExp(`^(agui/${id}|api/chat|api/chat/${id}/stop|copilotkit/agent/${id}/(run|connect|stop/${id})|sessions/${id}/runs/${id}/(interrupt|approvals/${id}))$`);
const maxBodyBytes = 8 * 1024 * 1024;
const passed = ["content-type", "last-event-id"];
const answered = ["content-type", "cache-control", "x-accel-buffering", "retry-after", "x-vercel-ai-ui-message-stream", "x-workflow-run-id"];

/** Passes a stream on as it comes. It has the page's origin, so no CORS is needed. EventStream checks the ticket. */
export async function GET(request: NextRequest, { params }: { params: Promise<{ path: string[] }> }): Promise<Response> {
  const path = decoded((await params).path);
  if (!readable.test(path)) return refuse(404, `There is nothing to read at ${path}.`);
  return pass(request, path);
}

/** Passes on what a page asks of agents, and the stream that answers it. */
export async function POST(request: NextRequest, { params }: { params: Promise<{ path: string[] }> }): Promise<Response> {
  const path = decoded((await params).path);
  if (!postable.test(path)) return refuse(404, `There is nothing to post to at ${path}.`);
  // Pages of other sites have no ticket, and so can't make a visitor ask an agent.
  if (ticketOf(request) === null) return refuse(401, "Ask with a ticket of /ticket.");
  const body = await bodyOf(request);
  return body === undefined ? refuse(413, `A request has at most ${maxBodyBytes} bytes.`) : pass(request, path, body);
}

async function pass(request: NextRequest, path: string, body?: Blob): Promise<Response> {
  const headers = only(passed, request.headers);
  const ticket = ticketOf(request);
  if (ticket !== null) headers.set("authorization", ticket);
  // Not the browser's own header: a browser that navigates here accepts HTML, and would get the inspector's page.
  headers.set("accept", stream.test(path) ? "text/event-stream" : "*/*");
  const upstream = await fetch(`${eventStreamUrl()}/${path}${request.nextUrl.search}`, {
    method: request.method,
    headers,
    ...(body === undefined ? {} : { body }),
    // When the browser leaves, also in the middle of the body, this request ends too.
    signal: request.signal,
    cache: "no-store",
  }).catch(() => undefined);
  if (upstream === undefined) return unreachable(request, path);
  // Response allows a 204 no body; upstream's is null then.
  return new Response(upstream.body, { status: upstream.status, headers: only(answered, upstream.headers) });
}

// The page's own ticket: with the key of this process everyone would see everything.
const ticketOf = (request: NextRequest): string | null => request.headers.get("authorization");

function decoded(path: readonly string[]): string {
  try {
    return path.map(decodeURIComponent).join("/");
  } catch {
    // The path isn't escaped properly, so it matches no allowed path.
    return path.join("/");
  }
}

/** The body of a request; undefined when it is too large. */
async function bodyOf(request: NextRequest): Promise<Blob | undefined> {
  const chunks: BlobPart[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return new Blob(chunks);
}

function only(names: readonly string[], from: Headers): Headers {
  const headers = new Headers();
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

const refuse = (status: number, title: string): Response => Response.json({ title }, { status });

/** An EventSource never comes back after a 502, so it gets a stream that asks it to try again, as from a server that is full. */
function unreachable(request: NextRequest, path: string): Response {
  if (!stream.test(path) || !request.headers.get("accept")?.includes("text/event-stream")) return refuse(502, "EventStream can't be reached.");
  const retryMs = Math.round(1000 + Math.random() * 2000);
  const closing = { event_id: crypto.randomUUID(), session_id: "broadcast", timestamp: new Date().toISOString(), type: "stream_closing", payload: { reason: "unavailable", reconnect: true, retry_ms: retryMs } };
  return new Response(`retry: ${retryMs}\nevent: stream_closing\ndata: ${JSON.stringify(closing)}\n\n`, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" },
  });
}
