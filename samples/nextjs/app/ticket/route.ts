import type { NextRequest } from "next/server";
import { eventStreamHeaders, eventStreamUrl } from "../server";
import { mayAsk, mayWatch, userOf } from "../user";

const lifetimeSeconds = 300;

/** Makes a ticket for the user who has signed in: to watch a session and, with an agent, to ask that agent there. The key stays in this process. */
export async function POST(request: NextRequest): Promise<Response> {
  const { session, agent } = (await request.json().then((body: unknown) => body ?? {}, () => ({}))) as { readonly session?: unknown; readonly agent?: unknown };
  if (typeof session !== "string" || (agent !== undefined && typeof agent !== "string")) return refuse(400, 'The body is {"session":"…"}, or {"session":"…","agent":"…"}.');
  const user = userOf(request);
  if (user === undefined) return refuse(401, "Sign in first.");
  if (!mayWatch(user, session)) return refuse(403, "This session isn't yours.");
  if (agent !== undefined && !mayAsk(user, session, agent)) return refuse(403, `You may not ask ${agent} here.`);

  const asking = agent === undefined ? [] : [`command session:${session}`, `command agent:${agent}`];
  const made = await fetch(`${eventStreamUrl()}/tickets`, {
    method: "POST",
    headers: { ...eventStreamHeaders(), "content-type": "application/json" },
    body: JSON.stringify({ grants: [`subscribe session:${session}`, ...asking], subject: user, expires_in: lifetimeSeconds }),
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
