import type { NextRequest } from "next/server";
import { eventStreamUrl } from "../../server";

const id = "[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}";
// The paths that pages may read. Pages don't publish.
const readable = new RegExp(`^(events/${id}|projects/${id}/events|broadcast/events)(/history)?$`);
const answered = ["content-type", "cache-control", "x-accel-buffering", "retry-after"];

/** Passes a stream on as it comes. It has the page's origin, so no CORS is needed. EventStream checks the ticket. */
export async function GET(request: NextRequest, { params }: { params: Promise<{ path: string[] }> }): Promise<Response> {
  const path = decoded((await params).path);
  const [isReadable, , history] = readable.exec(path) ?? [];
  if (isReadable === undefined) return Response.json({ title: `There is nothing to read at ${path}.` }, { status: 404 });

  const lastEventId = request.headers.get("last-event-id");
  // The page's own ticket: with the key of this process everyone would see everything.
  const ticket = request.headers.get("authorization");
  const upstream = await fetch(`${eventStreamUrl()}/${path}${request.nextUrl.search}`, {
    headers: {
      // Not the browser's own header: a browser that navigates here accepts HTML, and would get the inspector's page.
      accept: history === undefined ? "text/event-stream" : "application/json",
      ...(lastEventId === null ? {} : { "last-event-id": lastEventId }),
      ...(ticket === null ? {} : { authorization: ticket }),
    },
    // When the browser leaves, also in the middle of the body, this request ends too.
    signal: request.signal,
    cache: "no-store",
  }).catch(() => undefined);
  if (upstream === undefined) return unreachable(request);
  // Response allows a 204 no body; upstream's is null then.
  return new Response(upstream.body, { status: upstream.status, headers: only(answered, upstream.headers) });
}

function decoded(path: readonly string[]): string {
  try {
    return path.map(decodeURIComponent).join("/");
  } catch {
    // The path isn't escaped properly, so it matches no readable path.
    return path.join("/");
  }
}

function only(names: readonly string[], from: Headers): Headers {
  const headers = new Headers();
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

/** An EventSource never comes back after a 502, so it gets a stream that asks it to try again, as from a server that is full. */
function unreachable(request: NextRequest): Response {
  if (!request.headers.get("accept")?.includes("text/event-stream")) return Response.json({ title: "EventStream can't be reached." }, { status: 502 });
  const retryMs = Math.round(1000 + Math.random() * 2000);
  const closing = { event_id: crypto.randomUUID(), session_id: "broadcast", timestamp: new Date().toISOString(), type: "stream_closing", payload: { reason: "unavailable", reconnect: true, retry_ms: retryMs } };
  return new Response(`retry: ${retryMs}\nevent: stream_closing\ndata: ${JSON.stringify(closing)}\n\n`, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" },
  });
}
