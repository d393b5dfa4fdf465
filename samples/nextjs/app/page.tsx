import type { ReactNode } from "react";
import { historyOf } from "./history";
import { Session } from "./session";
import { sessionOf, Top, type Search } from "./shared/top";

// Later events come by the stream, which begins where these end.
const renderedEvents = 500;

export default async function Page({ searchParams }: { searchParams: Search }): Promise<ReactNode> {
  const sessionId = await sessionOf(searchParams);
  const history = await historyOf(sessionId, renderedEvents);
  return (
    <>
      <Top page="/" sessionId={sessionId} />
      <Session key={sessionId} sessionId={sessionId} events={history?.events ?? []} cursor={history?.cursor} />
    </>
  );
}
