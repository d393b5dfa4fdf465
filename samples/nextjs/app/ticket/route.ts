import type { NextRequest } from "next/server";
import { eventStreamHeaders, eventStreamUrl } from "../server";
import { mayWatch, userOf } from "../user";

const lifetimeSeconds = 300;

/** Makes a ticket for the user who has signed in. The key stays in this process. */
export async function POST(request: NextRequest): Promise<Response> {
  const sessionId: unknown = await request.json().then((body: { session?: unknown } | null) => body?.session, () => undefined);
  if (typeof sessionId !== "string") return refuse(400, 'The body is {"session":"…"}.');
  const user = userOf(request);
  if (user === undefined) return refuse(401, "Sign in first.");
  if (!mayWatch(user, sessionId)) return refuse(403, "This session isn't yours.");

  const made = await fetch(`${eventStreamUrl()}/tickets`, {
    method: "POST",
    headers: { ...eventStreamHeaders(), "content-type": "application/json" },
    body: JSON.stringify({ grants: [`subscribe session:${sessionId}`], subject: user, expires_in: lifetimeSeconds }),
    cache: "no-store",
  }).catch(() => undefined);
  if (made === undefined) return refuse(502, "EventStream can't be reached.");
  if (!made.ok) {
    // The reason is for who runs this example: a key that is wrong, or lacks a grant.
    console.error(`EventStream made no ticket: ${made.status} ${await made.text()}`);
    return refuse(502, "EventStream made no ticket.");
  }
  const { ticket } = (await made.json()) as { ticket: string };
  return Response.json({ ticket }, { headers: { "cache-control": "no-store" } });
}

const refuse = (status: number, title: string): Response => Response.json({ title }, { status });
