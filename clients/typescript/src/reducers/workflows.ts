import type { AgentEvent } from "../events.js";
import { isKnownType, isObject } from "../shape.js";
import { numberText } from "../wire.js";
import { catalogue } from "../events.generated.js";
import type { Reduced } from "./reduced.js";
import { append, changeAt, changeWhere, endsWork, hasShape, isEnd, numberOf, runOf, textOf, withMalformed, withTextIds } from "./shared.js";

/** A step of a workflow, a node of its graph, or a turn of an agent's loop. */
export interface WorkflowStep {
  readonly id: string;
  readonly description: string | undefined;
  /** `running`, `completed`, `failed`, `cancelled` when its workflow, run or session ended before it did, or what the system says. */
  readonly status: string;
  /** 0 to 1. */
  readonly progress: number | undefined;
  readonly output: unknown;
  /** The output as it came, when it is a number that JavaScript writes in another way, such as 1.10. */
  readonly outputText: string | undefined;
  readonly error: string | undefined;
  readonly usage: { readonly [member: string]: unknown } | undefined;
  /** Whether its start came; its end may come before it. */
  readonly isStartKnown: boolean;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
}

export interface Workflow {
  /** The workflow's run; for steps of an agent without a workflow the agent's run, else the session. */
  readonly id: string;
  readonly sessionId: string;
  readonly name: string | undefined;
  /** `running`, `completed`, `failed`, or what the system says. */
  readonly status: string;
  readonly steps: readonly WorkflowStep[];
  readonly transitions: readonly { readonly from: string; readonly to: string; readonly reason: string; readonly at: string }[];
  readonly result: unknown;
  readonly error: string | undefined;
  /** Whether its `workflow_started` came; other events may come before it. */
  readonly isStartKnown: boolean;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
}

export interface WorkflowsState extends Reduced {
  readonly workflows: readonly Workflow[];
}

export const initialWorkflows: WorkflowsState = { workflows: [], malformed: [] };

const maxSteps = 1000;
const finalStates: readonly string[] = ["completed", "failed", "cancelled", "skipped"];

/** Follows workflows, their steps and transitions, and the steps of agents. */
export function reduceWorkflows(state: WorkflowsState, event: AgentEvent): WorkflowsState {
  if (!isKnownType(event.type)) return state;
  if (isEnd(event)) return closed(state, event);
  const [family] = catalogue[event.type];
  if ((family !== "workflow" && family !== "step") || event.type === "agent_continuation") return state;
  const named = withTextIds(event);
  return hasShape(named) ? tell(state, named) : withMalformed(state, event);
}

/** Closes what is open in the workflow of a run that ends, or in all of a session that ends. */
function closed(state: WorkflowsState, event: AgentEvent): WorkflowsState {
  const isOpen = (workflow: Workflow) => endsWork(event, { sessionId: workflow.sessionId, runId: workflow.id }) && (workflow.endedAt === undefined || workflow.steps.some(isOpenStep));
  if (!state.workflows.some(isOpen)) return state;
  const status = event.type === "run_completed" ? "completed" : event.type === "run_failed" ? "failed" : "cancelled";
  const workflows = state.workflows.map((workflow) => {
    if (!isOpen(workflow)) return workflow;
    const over = workflow.endedAt === undefined ? { status, endedAt: event.timestamp } : {};
    return { ...workflow, ...over, steps: closedSteps(workflow.steps, event) };
  });
  return { ...state, workflows };
}

const isOpenStep = (step: WorkflowStep): boolean => step.endedAt === undefined;

const closedSteps = (steps: Workflow["steps"], event: AgentEvent) => changeWhere(steps, isOpenStep, { status: "cancelled", endedAt: event.timestamp });

function tell(state: WorkflowsState, event: AgentEvent): WorkflowsState {
  const id = runOf(event) ?? event.session_id;
  const at = state.workflows.findLastIndex((workflow) => workflow.id === id && workflow.sessionId === event.session_id);
  const known = state.workflows[at];
  // A run may run several workflows, one after the other.
  const isNew = known === undefined || (event.type === "workflow_started" && known.isStartKnown && known.endedAt !== undefined);
  const workflow = isNew ? fresh(event, id) : known;
  const changes = changesBy(event, workflow);
  if (!isNew) return { ...state, workflows: changeAt(state.workflows, at, changes) };
  return { ...state, workflows: append(state.workflows, { ...workflow, ...changes }) };
}

function changesBy(event: AgentEvent, workflow: Workflow): Partial<Workflow> {
  const { payload, timestamp } = event;
  const text = (name: string) => textOf(payload, name);
  switch (event.type) {
    case "workflow_started":
      return { name: text("workflow"), isStartKnown: true, startedAt: timestamp, ...(workflow.endedAt === undefined ? { status: "running" } : {}) };
    case "workflow_completed":
      return { status: "completed", result: payload.result, endedAt: timestamp, steps: closedSteps(workflow.steps, event) };
    case "workflow_transition":
      return { transitions: append(workflow.transitions, { from: text("from_step") ?? "", to: text("to_step") ?? "", reason: text("reason") ?? "", at: timestamp }, maxSteps) };
    case "workflow_step_started":
      return step(event, workflow, text("step_id"), { description: text("description"), status: "running" });
    case "workflow_step_completed":
      return step(event, workflow, text("step_id"), { status: "completed", output: payload.output, outputText: numberText(payload, "output") });
    case "workflow_node_state_updated":
      return step(event, workflow, text("node_id"), { progress: numberOf(payload, "progress"), ...stated(event) });
    case "agent_step_started":
      return step(event, workflow, `step ${numberOf(payload, "step_number")}`, { status: "running" });
    case "agent_step_completed":
      return step(event, workflow, `step ${numberOf(payload, "step_number")}`, { status: payload.errors == null ? "completed" : "failed", output: payload.content, usage: isObject(payload.usage) ? payload.usage : undefined });
    case "agent_step_updated":
      return step(event, workflow, text("step_id"), { output: payload.output, outputText: numberText(payload, "output"), ...stated(event) });
    default: {
      // workflow_run_*: the type gives the status, unless the payload has one.
      const verb = event.type.slice("workflow_run_".length);
      const isLate = workflow.endedAt !== undefined && (verb === "created" || verb === "updated");
      const told = text("status") ?? (verb === "created" || verb === "updated" || verb === "resumed" ? "running" : verb);
      const status = isLate && !finalStates.includes(told) ? workflow.status : told;
      const endedAt = isLate ? workflow.endedAt : finalStates.includes(status) ? timestamp : undefined;
      const isClosed = (step: WorkflowStep) => workflow.endedAt !== undefined && step.endedAt === workflow.endedAt && step.status === "cancelled";
      const steps = endedAt === undefined ? changeWhere(workflow.steps, isClosed, { status: "running", endedAt: undefined }) : closedSteps(workflow.steps, event);
      return { name: text("workflow_id") ?? workflow.name, status, error: text("error_message") ?? workflow.error, endedAt, steps };
    }
  }
}

const stated = ({ payload }: AgentEvent): Partial<WorkflowStep> => {
  const error = textOf(payload, "error");
  const status = textOf(payload, "status");
  return { ...(status === undefined ? {} : { status }), ...(error === undefined ? {} : { error }) };
};

function step(event: AgentEvent, { steps }: Workflow, id: string | undefined, changes: Partial<WorkflowStep>): Partial<Workflow> {
  if (id === undefined) return {};
  const at = steps.findLastIndex((known) => known.id === id);
  const known = steps[at];
  const isStart = /_step_started$/.test(event.type);
  const isAgain = known?.endedAt !== undefined && isStart && known.isStartKnown;
  const endedAt = finalStates.includes(changes.status ?? known?.status ?? "") ? event.timestamp : undefined;
  const start = isStart ? { isStartKnown: true, startedAt: event.timestamp } : {};
  // Nodes of a graph have no event for their start, and some systems send their earlier states again.
  const isLate = known?.endedAt !== undefined && (isStart || !finalStates.includes(changes.status ?? ""));
  if (known !== undefined && !isAgain) return { steps: changeAt(steps, at, { ...changes, ...start, ...(isLate ? { status: known.status, progress: known.progress } : {}), endedAt: known.endedAt ?? endedAt }) };
  const begun = { id, description: undefined, status: "running", progress: undefined, output: undefined, outputText: undefined, error: undefined, usage: undefined, isStartKnown: isStart, startedAt: event.timestamp, endedAt };
  return { steps: append(steps, { ...begun, ...changes }, maxSteps) };
}

const fresh = (event: AgentEvent, id: string): Workflow => ({
  id,
  sessionId: event.session_id,
  name: undefined,
  status: "running",
  steps: [],
  transitions: [],
  result: undefined,
  error: undefined,
  isStartKnown: false,
  startedAt: event.timestamp,
  endedAt: undefined,
});
