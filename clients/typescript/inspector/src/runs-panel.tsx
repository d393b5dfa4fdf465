import { useMemo, useState, type CSSProperties, type ReactNode } from "react";
import { initialRuns, initialToolCalls, initialWorkflows, reduceRuns, reduceToolCalls, reduceWorkflows, runTree, type AgentEvent, type CommandOptions, type Run, type RunInTree, type Workflow } from "../../src/index.js";
import { RunStatus } from "../../src/components/index.js";
import { SteerForm, StopButton } from "../../src/components/run-controls.js";
import { lineOf, titleOf, toneOfStatus } from "../../src/components/describe.js";
import { outcomeLooks } from "../../src/components/outcomes.js";
import { outcomeOf } from "../../src/reducers/trace-tree.js";
import { useReduced, useRunCommands, type RunCommands } from "../../src/react/index.js";

// No reader compares more than these: the newest, with the runs below them, and all that go on.
const maxTops = 5;
const maxShown = 60;
// Further in, the name has no room.
const maxDepth = 5;

interface RunsPanelProps {
  readonly events: readonly AgentEvent[];
  /** How runs are stopped and steered; undefined when they can't be: only what is shown as it happens can. */
  readonly options: CommandOptions | undefined;
}

/** The newest runs as a tree, and the steps of the newest workflow. */
export function RunsPanel({ events, options }: RunsPanelProps): ReactNode {
  const { runs } = useReduced(reduceRuns, initialRuns, events);
  const { toolCalls } = useReduced(reduceToolCalls, initialToolCalls, events);
  const { workflows } = useReduced(reduceWorkflows, initialWorkflows, events);
  const shown = useMemo(() => shownOf(runTree(runs)), [runs]);
  const workflow = workflows.at(-1);
  const toolOf = (run: Run) => toolCalls.findLast((call) => call.id === run.parentToolCallId && call.runId === run.parentRunId)?.name ?? run.parentToolCallId;
  return (
    <>
      <div className="runs">
        {shown.length === 0 ? (
          <RunStatus events={events} />
        ) : (
          <ul aria-label="Runs">
            {shown.map(({ run, depth }) => (
              <li key={`${run.sessionId} ${run.id}`} className="es run" style={{ "--depth": Math.min(depth, maxDepth) } as CSSProperties}>
                {depth > 0 ? <Parent agent={runs.find((each) => each.id === run.parentRunId)?.agent ?? run.parentRunId} tool={toolOf(run)} /> : null}
                <RunStatus events={events} runId={run.id} />
                {options === undefined ? null : <RunActions run={run} options={options} />}
              </li>
            ))}
          </ul>
        )}
        {runs.length > shown.length ? <p className="hint">{runs.length - shown.length} earlier {runs.length - shown.length === 1 ? "run" : "runs"}</p> : null}
      </div>
      {workflow === undefined ? null : <Steps workflow={workflow} />}
    </>
  );
}

function shownOf(tree: readonly RunInTree[]): readonly RunInTree[] {
  const families: RunInTree[][] = [];
  for (const each of tree) {
    if (each.depth === 0) families.push([each]);
    else families.at(-1)?.push(each);
  }
  const isWanted = (family: readonly RunInTree[], at: number) => at >= families.length - maxTops || family.some(({ run }) => run.endedAt === undefined);
  return families.filter(isWanted).flat().slice(-maxShown);
}

function Parent({ agent, tool }: { readonly agent: string | undefined; readonly tool: string | undefined }): ReactNode {
  const words = `asked by ${agent}${tool === undefined ? "" : `, for its call of ${tool}`}`;
  return (
    <span className="run-parent" title={words}>
      <span aria-hidden="true">↳</span> <span className="visually-hidden">{words}</span>
      {tool === undefined ? null : <code aria-hidden="true">{tool}</code>}
    </span>
  );
}

/** Steers and stops a run that goes on. */
export function RunActions({ run, options }: { readonly run: Run; readonly options: CommandOptions }): ReactNode {
  const commands = useRunCommands(run.sessionId, options);
  return run.endedAt === undefined ? <Controls run={run} commands={commands} /> : null;
}

function Controls({ run, commands }: { readonly run: Run; readonly commands: RunCommands }): ReactNode {
  const [isSteering, setSteering] = useState(false);
  return (
    <>
      <span className="run-buttons">
        <button type="button" className="es-button" aria-expanded={isSteering} aria-label={`Steer ${run.agent ?? run.id}`} onClick={() => setSteering(!isSteering)}>Steer</button>
        <StopButton run={run} stop={commands.stop} />
      </span>
      {isSteering ? <SteerForm run={run} steer={commands.steer} /> : null}
    </>
  );
}

function Steps({ workflow }: { readonly workflow: Workflow }): ReactNode {
  return (
    <section className="workflow" aria-label={`Workflow ${workflow.name ?? workflow.id}`}>
      <h3>
        {titleOf(workflow.name ?? workflow.id)} <span className="hint">{titleOf(workflow.status)}</span>
      </h3>
      <ol>
        {workflow.steps.map((step) => (
          <li key={step.id} className={`tone-${toneOfStatus(step.status)}`}>
            <span className="mark" aria-hidden="true">{outcomeLooks[outcomeOf(step.status, step.endedAt !== undefined)][0]}</span>
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
