import { timeOf } from "../../src/time.js";
import type { SessionRun, SessionState } from "./server.js";

/** How a session goes, in a word. */
export type SessionStatus = "running" | "waiting" | "failed" | "completed" | "cancelled" | "events";

/** A session as the list shows it. */
export interface SessionRow {
  readonly status: SessionStatus;
  /** Of the run that began last. */
  readonly agent: string | undefined;
  readonly otherAgents: number;
  /** When its newest event was made. */
  readonly lastAt: number | undefined;
  readonly errors: number;
  /** From the first run's beginning to the end of the last, or to the newest event while one goes on. */
  readonly durationMs: number | undefined;
  readonly viewers: number;
}

const open = ["requested", "created", "running"];
const statuses: readonly string[] = ["failed", "completed", "cancelled"] satisfies SessionStatus[];

/** What the state of a session says in a line. */
export function rowOf({ runs, approvals, viewers, errors, last_event_at }: SessionState): SessionRow {
  // Subagents serve the run above them, which says how the work came out.
  const last = runs.findLast((run) => run.parent_run_id === undefined) ?? runs.at(-1);
  const isGoing = runs.some(({ status }) => open.includes(status));
  const lastAt = timeOf(last_event_at) ?? latest(runs.flatMap(({ began_at, ended_at }) => [began_at, ended_at]));
  const begin = earliest(runs.map(({ began_at }) => began_at));
  const end = isGoing ? lastAt : latest(runs.map(({ ended_at }) => ended_at));
  return {
    status: approvals.length > 0 ? "waiting" : isGoing ? "running" : statusOf(last),
    agent: last?.agent,
    otherAgents: Math.max(0, new Set(runs.flatMap(({ agent }) => agent ?? [])).size - 1),
    lastAt,
    errors: errors ?? runs.filter(({ status }) => status === "failed").length,
    durationMs: begin === undefined || end === undefined ? undefined : Math.max(0, end - begin),
    viewers,
  };
}

const statusOf = (run: SessionRun | undefined): SessionStatus => (run !== undefined && statuses.includes(run.status) ? (run.status as SessionStatus) : "events");

const times = (texts: readonly (string | undefined)[]): readonly number[] => texts.flatMap((text) => timeOf(text) ?? []);
const earliest = (texts: readonly (string | undefined)[]): number | undefined => times(texts).reduce<number | undefined>((a, b) => (a === undefined ? b : Math.min(a, b)), undefined);
const latest = (texts: readonly (string | undefined)[]): number | undefined => times(texts).reduce<number | undefined>((a, b) => (a === undefined ? b : Math.max(a, b)), undefined);

/** Which sessions a list shows. */
export const sessionFilters = ["all", "running", "failed"] as const;
export type SessionFilter = (typeof sessionFilters)[number];

export function passes(row: SessionRow, filter: SessionFilter): boolean {
  if (filter === "running") return row.status === "running" || row.status === "waiting";
  return filter === "all" || row.status === "failed" || row.errors > 0;
}
