"use client";

import type { AgentEvent } from "@eventstream/client";
import { AgentTimeline, MetricsPanel, RunStatus, ToolCallInspector } from "@eventstream/client/components";
import { useAgentEvents, type UseEventsOptions } from "@eventstream/client/react";
import type { ReactNode } from "react";

export interface SessionProps {
  readonly sessionId: string;
  /** The events that the server has rendered. */
  readonly events: readonly AgentEvent[];
  /** Where `events` end, and the stream begins; undefined: from the earliest event. */
  readonly cursor: string | undefined;
}

export function Session({ sessionId, events: initialEvents, cursor }: SessionProps): ReactNode {
  const options: UseEventsOptions = { baseUrl: "/eventstream", initialEvents, getTicket: () => ticketFor(sessionId) };
  const { events, state, error, stats } = useAgentEvents(sessionId, cursor === undefined ? options : { ...options, lastEventId: cursor });
  return (
    <main>
      <p className="line" role="status">
        <span className={`dot ${state}`} /> {error?.message ?? words[state]} <span className="count">{stats.total} events</span>
      </p>
      <RunStatus events={events} />
      <AgentTimeline events={events} />
      <ToolCallInspector events={events} />
      <MetricsPanel events={events} />
    </main>
  );
}

/** A ticket for the user who has signed in, from app/ticket/route.ts. */
async function ticketFor(session: string): Promise<string> {
  const response = await fetch("/ticket", { method: "POST", body: JSON.stringify({ session }) });
  const { ticket, title } = (await response.json()) as { ticket?: string; title?: string };
  if (ticket === undefined) throw new Error(title);
  return ticket;
}

const words = {
  idle: "Not connected",
  connecting: "Connecting …",
  open: "Live",
  waiting: "The connection was lost; coming back …",
  paused: "Catching up …",
  closed: "The session is over",
};
