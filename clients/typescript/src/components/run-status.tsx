"use client";

import type { ReactNode } from "react";
import { type AgentEvent, initialRuns, reduceRuns, type Run } from "../index.js";
import { useReduced } from "../react/index.js";
import { failures, formatDuration, lineOf, titleOf } from "./describe.js";
import { Badge, classes } from "./parts.js";

export interface RunStatusProps {
  /** The `events` of a hook. */
  readonly events: readonly AgentEvent[];
  /** Which run; by default the newest. */
  readonly runId?: string;
  readonly className?: string;
}

/** The status of a run. Screen readers announce changes. */
export function RunStatus({ events, runId, className }: RunStatusProps): ReactNode {
  const { runs } = useReduced(reduceRuns, initialRuns, events);
  const run = runId === undefined ? runs.at(-1) : runs.findLast((each) => each.id === runId);
  const others = runs.length - 1;
  return (
    <div className={classes("es es-run", className)} role="status">
      {run === undefined ? (
        <span className="es-muted">No run yet.</span>
      ) : (
        <>
          <Badge status={run.status} />
          <strong className="es-line">{run.agent ?? run.id}</strong>
          <span className="es-line es-muted">{saidOf(run)}</span>
          <span className="es-muted es-number">
            {run.retries > 0 ? `${run.retries} ${run.retries === 1 ? "retry" : "retries"} ` : ""}
            {formatDuration(run.durationMs)}
            {runId === undefined && others > 0 ? ` · ${others} earlier ${others === 1 ? "run" : "runs"}` : ""}
          </span>
        </>
      )}
    </div>
  );
}

/** How the run stands, in a line. */
function saidOf({ status, isStopAsked, output, outputText, error, stopReason, activity }: Run): string {
  if (status === "requested") return isStopAsked ? "Asked to stop before a worker took it" : "Waits for a worker";
  if (status === "interrupting") return "Asked to stop";
  return failures.get(status) ?? (status === "completed" ? (outputText ?? lineOf(output)) : error) ?? titleOf(stopReason ?? activity ?? "");
}
