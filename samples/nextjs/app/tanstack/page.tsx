import type { Metadata } from "next";
import type { ReactNode } from "react";
import { sessionOf, Top, type Search } from "../shared/top";
import { TanStack } from "./tanstack";

export const metadata: Metadata = { title: "TanStack AI on EventStream" };

export default async function Page({ searchParams }: { searchParams: Search }): Promise<ReactNode> {
  const sessionId = await sessionOf(searchParams);
  return (
    <>
      <Top page="/tanstack" sessionId={sessionId} />
      <TanStack key={sessionId} sessionId={sessionId} />
    </>
  );
}
