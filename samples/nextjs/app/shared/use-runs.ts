import { type AgentEvent, initialApprovals, initialRuns, reduceApprovals, reduceRuns, type Run, type StreamState } from "@eventstream/client";
import { useAgentEvents, useReduced } from "@eventstream/client/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { agent, ticketFor } from "./ticket";

// Not the texts: the page's own client reads those.
const types = ["run_*", "tool_approval_*", "message_created", "session_ended"];
const retryMs = 1000;

export interface SessionRuns {
  readonly events: readonly AgentEvent[];
  readonly state: StreamState;
  /** What is wrong with the connection, in words. */
  readonly trouble: string | undefined;
  /** The newest run that goes on. */
  readonly current: Run | undefined;
  /** Whether that waits for an answer to its question. */
  readonly isWaiting: boolean;
  /** The first run that the page hasn't shown to its end, or to the question that waits for an answer. */
  readonly untold: Run | undefined;
  /** Why the newest run failed; undefined when it didn't. */
  readonly failure: string | undefined;
  /** Those that have ended. */
  readonly ended: readonly string[];
  /** Notes that the page has shown runs to their end. */
  readonly tell: (runIds: readonly string[]) => void;
  /** Notes that the page has shown a run to its question. */
  readonly pause: (runId: string) => void;
  /** Notes whether the page's client reads a run. */
  readonly setReading: (isReading: boolean) => void;
}

/** The runs of a session, whoever asks for them. */
export function useRuns(sessionId: string, shown: readonly string[] = []): SessionRuns {
  const [told, setTold] = useState<ReadonlySet<string>>(() => new Set(shown));
  const tell = useCallback((runIds: readonly string[]) => setTold((known) => new Set([...known, ...runIds])), []);
  const [isReading, setReading] = useState(false);
  const [isKnown, setKnown] = useState(false);
  const kept = useRef<{ readonly initialEvents: readonly AgentEvent[]; readonly lastEventId?: string }>({ initialEvents: [] });
  // A browser has six connections for all tabs, so a page has one: this stream pauses while its client reads the run that goes on.
  const { events, state, error, lastEventId } = useAgentEvents(isReading && isKnown ? null : sessionId, { baseUrl: "/eventstream", types, getTicket: () => ticketFor(sessionId, agent), ...kept.current });
  kept.current = { initialEvents: events, ...(lastEventId === undefined ? {} : { lastEventId }) };

  const runs = useReduced(reduceRuns, initialRuns, events).runs.filter((run) => run.parentRunId === undefined);
  const { approvals } = useReduced(reduceApprovals, initialApprovals, events);
  const waits = (run: Run) => approvals.some((approval) => approval.runId === run.id && approval.status === "pending");
  const current = runs.findLast((run) => run.endedAt === undefined);
  useEffect(() => setKnown(current !== undefined), [current === undefined]);
  return {
    events,
    state,
    trouble: error?.message,
    current,
    isWaiting: current !== undefined && waits(current),
    untold: state === "open" ? runs.find((run) => !told.has(waits(run) ? asking(run.id) : run.id)) : undefined,
    failure: failureOf(runs.at(-1)),
    ended: runs.filter((run) => run.endedAt !== undefined).map((run) => run.id),
    tell,
    pause: useCallback((runId: string) => tell([asking(runId)]), [tell]),
    setReading,
  };
}

const asking = (runId: string): string => `${runId} asks`;

const failureOf = (run: Run | undefined): string | undefined => (run !== undefined && ["failed", "lost", "unclaimed"].includes(run.status) ? (run.error ?? "The run failed.") : undefined);

/** While there is a run to show, and the page's client is idle, makes the client read: at once, and once a second while that fails. */
export function useFollow({ untold, setReading }: SessionRuns, isIdle: boolean, read: (run: Run) => Promise<unknown>, waitMs = 0): void {
  const latest = useRef(read);
  latest.current = read;
  const begun = useRef(-retryMs);
  useEffect(() => setReading(!isIdle), [setReading, isIdle]);
  useEffect(() => {
    if (untold === undefined || !isIdle) return;
    let isOver = false;
    const attempt = async () => {
      begun.current = performance.now();
      await latest.current(untold);
      if (!isOver) timer = setTimeout(attempt, retryMs);
    };
    let timer = setTimeout(attempt, Math.max(waitMs, begun.current + retryMs - performance.now()));
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- of the run only the id matters
  }, [untold?.id, isIdle, waitMs]);
}
