"use client";

import type { AgentEvent } from "@eventstream/client";
import { AgentTimeline, MetricsPanel, RunStatus, ToolCallInspector } from "@eventstream/client/components";
import { useAgentEvents, type UseEventsOptions } from "@eventstream/client/react";
import type { ReactNode } from "react";
import { ticketFor } from "./shared/ticket";

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

const words = {
  idle: "Not connected",
  connecting: "Connecting …",
  open: "Live",
  waiting: "The connection was lost; coming back …",
  paused: "Catching up …",
  closed: "The session is over",
};
