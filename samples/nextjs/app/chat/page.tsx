import { initialRuns, reduceRuns } from "@eventstream/client";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { historyOf } from "../history";
import { sessionOf, Top, type Search } from "../shared/top";
import { Chat } from "./chat";
import { messagesOf } from "./messages";

export const metadata: Metadata = { title: "useChat on EventStream" };

export default async function Page({ searchParams }: { searchParams: Search }): Promise<ReactNode> {
  const sessionId = await sessionOf(searchParams);
  const events = (await historyOf(sessionId, 10_000))?.events ?? [];
  const ended = events.reduce(reduceRuns, initialRuns).runs.filter((run) => run.endedAt !== undefined).map((run) => run.id);
  return (
    <>
      <Top page="/chat" sessionId={sessionId} />
      <Chat key={sessionId} sessionId={sessionId} messages={messagesOf(events, ended)} shown={ended} />
    </>
  );
}
