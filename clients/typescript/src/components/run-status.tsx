"use client";

import type { ReactNode } from "react";
import { type AgentEvent, initialRuns, reduceRuns, type Run } from "../index.js";
import { useReduced } from "../react/index.js";
import { lineOf } from "./describe.js";
import { Badge, classes } from "./parts.js";
import { useTexts, type Texts } from "./texts.js";

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
  const texts = useTexts();
  const run = runId === undefined ? runs.at(-1) : runs.findLast((each) => each.id === runId);
  const others = runs.length - 1;
  return (
    <div className={classes("es es-run", className)} role="status">
      {run === undefined ? (
        <span className="es-muted">{texts.noRun}</span>
      ) : (
        <>
          <Badge status={run.status} />
          <strong className="es-line">{run.agent ?? run.id}</strong>
          <span className="es-line es-muted">{saidOf(run, texts)}</span>
          <span className="es-muted es-number">
            {run.retries > 0 ? `${texts.retries(run.retries)} ` : ""}
            {texts.duration(run.durationMs)}
            {runId === undefined && others > 0 ? ` · ${texts.earlierRuns(others)}` : ""}
          </span>
        </>
      )}
    </div>
  );
}

/** How the run stands, in a line. */
function saidOf({ status, isStopAsked, output, outputText, error, stopReason, activity }: Run, texts: Texts): string {
  if (status === "requested") return isStopAsked ? texts.stoppedBeforeWorker : texts.waitsForWorker;
  if (status === "interrupting") return texts.askedToStop;
  return texts.failure(status) ?? (status === "completed" ? (outputText ?? lineOf(output)) : error) ?? texts.activity(stopReason ?? activity ?? "");
}
