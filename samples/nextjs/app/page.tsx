import { loadHistory, StreamError, type HistoryPage } from "@eventstream/client";
import type { ReactNode } from "react";
import { eventStreamHeaders, eventStreamUrl } from "./server";
import { Session } from "./session";

// Later events come by the stream, which begins where these end.
const renderedEvents = 500;

export default async function Page({ searchParams }: { searchParams: Promise<{ session?: string | string[] }> }): Promise<ReactNode> {
  const sessionId = [(await searchParams).session ?? "demo"].flat()[0] || "demo";
  const history = await historyOf(sessionId);
  return (
    <>
      <header>
        <h1>
          EventStream <small>with Next.js</small>
        </h1>
        <form>
          <label>
            Session <input name="session" defaultValue={sessionId} key={sessionId} required />
          </label>
          <button>Watch</button>
        </form>
      </header>
      <Session key={sessionId} sessionId={sessionId} events={history?.events ?? []} cursor={history?.cursor} />
    </>
  );
}

/** Undefined when the server doesn't answer: the page then has no rows, and its stream shows the error. */
async function historyOf(sessionId: string): Promise<HistoryPage | undefined> {
  try {
    return await loadHistory({ baseUrl: eventStreamUrl(), headers: eventStreamHeaders(), sessionId, limit: renderedEvents });
  } catch (error) {
    if (!(error instanceof StreamError) && !(error instanceof TypeError)) throw error;
    console.error(error.message);
    return undefined;
  }
}
