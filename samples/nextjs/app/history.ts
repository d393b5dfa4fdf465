import { type AgentEvent, loadHistory, StreamError, type HistoryPage } from "@eventstream/client";
import { headers } from "next/headers";
import { eventStreamHeaders, eventStreamUrl } from "./server";
import { mayWatch, userOf } from "./user";

const pageSize = 1000;

/** The events of a session from the first one held, and where they end. Undefined when the user may not watch it, or the server doesn't answer: the page's stream then shows the error. */
export async function historyOf(sessionId: string, maxEvents: number): Promise<Pick<HistoryPage, "events" | "cursor"> | undefined> {
  const user = userOf({ headers: await headers() });
  if (user === undefined || !mayWatch(user, sessionId)) return undefined;
  const events: AgentEvent[] = [];
  try {
    for (let after: string | undefined; ; ) {
      const page = await loadHistory({ baseUrl: eventStreamUrl(), headers: eventStreamHeaders(), sessionId, limit: Math.min(pageSize, maxEvents - events.length), ...(after === undefined ? {} : { after }) });
      events.push(...page.events);
      after = page.cursor;
      if (!page.has_more || events.length >= maxEvents) return { events, cursor: page.cursor };
    }
  } catch (error) {
    if (!(error instanceof StreamError) && !(error instanceof TypeError)) throw error;
    console.error(error.message);
    return undefined;
  }
}
