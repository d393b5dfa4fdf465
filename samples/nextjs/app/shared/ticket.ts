/** Whom the pages ask, as `samples/ChatAgent` is called. */
export const agent = "assistant";

/** A ticket for the user who has signed in, from app/ticket/route.ts: to watch a session and, with an agent, to ask it there. */
export async function ticketFor(session: string, agent?: string): Promise<string> {
  const response = await fetch("/ticket", { method: "POST", body: JSON.stringify({ session, agent }) });
  const { ticket, title } = (await response.json()) as { ticket?: string; title?: string };
  if (ticket === undefined) throw new Error(title);
  return ticket;
}

/** What a client of another protocol sends with each request. */
export const headersFor = async (session: string): Promise<{ readonly authorization: string }> => ({ authorization: `Bearer ${await ticketFor(session, agent)}` });
