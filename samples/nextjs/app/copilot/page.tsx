import type { Metadata } from "next";
import type { ReactNode } from "react";
import { sessionOf, Top, type Search } from "../shared/top";
import { Copilot } from "./copilot";

export const metadata: Metadata = { title: "CopilotKit on EventStream" };

export default async function Page({ searchParams }: { searchParams: Search }): Promise<ReactNode> {
  const sessionId = await sessionOf(searchParams);
  return (
    <>
      <Top page="/copilot" sessionId={sessionId} />
      <Copilot key={sessionId} sessionId={sessionId} />
    </>
  );
}
