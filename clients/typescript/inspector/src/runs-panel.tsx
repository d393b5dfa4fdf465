import type { ReactNode } from "react";
import { initialRuns, initialWorkflows, reduceRuns, reduceWorkflows, type AgentEvent, type Workflow } from "../../src/index.js";
import { RunStatus } from "../../src/components/index.js";
import { lineOf, titleOf, toneOfStatus } from "../../src/components/describe.js";
import { useReduced } from "../../src/react/index.js";

// Each reads all events, and no reader compares more than these.
const maxRuns = 5;

/** The newest runs, and the steps of the newest workflow. */
export function RunsPanel({ events }: { readonly events: readonly AgentEvent[] }): ReactNode {
  const { runs } = useReduced(reduceRuns, initialRuns, events);
  const { workflows } = useReduced(reduceWorkflows, initialWorkflows, events);
  const newest = runs.slice(-maxRuns);
  const workflow = workflows.at(-1);
  return (
    <>
      <div className="runs">
        {newest.length === 0 ? <RunStatus events={events} /> : newest.map((run) => <RunStatus key={`${run.sessionId} ${run.id}`} events={events} runId={run.id} />)}
        {runs.length > maxRuns ? <p className="hint">{runs.length - maxRuns} earlier runs</p> : null}
      </div>
      {workflow === undefined ? null : <Steps workflow={workflow} />}
    </>
  );
}

const marks: { readonly [tone: string]: string } = { good: "✓", bad: "✗", busy: "●", warn: "–" };

function Steps({ workflow }: { readonly workflow: Workflow }): ReactNode {
  return (
    <section className="workflow" aria-label={`Workflow ${workflow.name ?? workflow.id}`}>
      <h3>
        {titleOf(workflow.name ?? workflow.id)} <span className="hint">{titleOf(workflow.status)}</span>
      </h3>
      <ol>
        {workflow.steps.map((step) => (
          <li key={step.id} className={`tone-${toneOfStatus(step.status)}`}>
            <span className="mark" aria-hidden="true">{marks[toneOfStatus(step.status)] ?? "–"}</span>
            <span>
              <strong>{titleOf(step.id)}</strong> <span className="visually-hidden">{step.status}</span>
              <span className="hint">{step.error ?? step.outputText ?? lineOf(step.output) ?? step.description}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
