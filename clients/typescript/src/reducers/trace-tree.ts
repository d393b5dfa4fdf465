import { timeOf } from "../time.js";
import type { Message } from "./messages.js";
import type { Run } from "./runs.js";
import type { ToolCall } from "./tool-calls.js";
import type { TraceState } from "./trace.js";
import { addUsage, noUsage, usageOf, type Usage } from "./usage.js";
import type { Workflow, WorkflowStep } from "./workflows.js";

/** How a node came out, whatever words its system has for it. */
export type TraceOutcome = "going" | "waiting" | "done" | "failed" | "cancelled";

interface Told {
  /** Unique in the tree, and the same as events come. */
  readonly key: string;
  readonly name: string;
  /** The status in the words of its kind, such as `awaiting_input`. */
  readonly status: string;
  readonly outcome: TraceOutcome;
  readonly error: string | undefined;
  readonly sessionId: string;
  readonly runId: string | undefined;
  readonly agent: string | undefined;
  /** In ms since 1970; undefined when its publisher gave no time that is one. */
  readonly startMs: number | undefined;
  /** Not before `startMs`; undefined while it goes on. */
  readonly endMs: number | undefined;
  /** As its publisher measured it, else between start and end. */
  readonly durationMs: number | undefined;
  /** How often it was tried again. */
  readonly retries: number;
  /** The errors that it told, or 1 when it failed. */
  readonly ownErrors: number;
}

/** A part of a trace, with the whole that its reducer made of it. */
export type TracePart =
  | { readonly kind: "run"; readonly of: Run }
  | { readonly kind: "workflow"; readonly of: Workflow }
  | { readonly kind: "step"; readonly of: WorkflowStep }
  | { readonly kind: "tool_call"; readonly of: ToolCall }
  | { readonly kind: "message" | "thought"; readonly of: Message };

/** A run, workflow, step, tool call, message or thought, and what it contains in the order in which it began. */
export type TraceNode = Told & TracePart & {
  readonly children: readonly TraceNode[];
  /** Its own errors and those of all nodes below. What was cancelled or refused by a person is none. */
  readonly errors: number;
  /** Its own and that of the runs below. */
  readonly usage: Usage;
};

interface Draft {
  readonly node: Told & TracePart;
  readonly own: Usage;
  readonly children: Draft[];
  parent: Draft | undefined;
}

// Several parts of a page show the same state.
const trees = new WeakMap<TraceState, readonly TraceNode[]>();

/** The runs of a session with all that belongs to them; what belongs to no run stands beside them. Parents that aren't there, and circles of parents, leave a node at the top. */
export function traceTree(state: TraceState): readonly TraceNode[] {
  let tree = trees.get(state);
  if (tree === undefined) trees.set(state, (tree = treeOf(state)));
  return tree;
}

/** How many errors a trace has, as the nodes of its tree do together, without the tree. */
export function traceErrors({ runs, workflows, toolCalls }: TraceState): number {
  let errors = 0;
  for (const run of runs.runs) errors += once(run, tellRun).ownErrors;
  for (const call of toolCalls.toolCalls) errors += once(call, tellToolCall).ownErrors;
  const known = workflows.workflows.length === 0 ? undefined : new Set(runs.runs.map((run) => keyOf(run.sessionId, run.id)));
  for (const workflow of workflows.workflows) {
    if (known?.has(keyOf(workflow.sessionId, workflow.id)) !== true && isWork(workflow)) errors += once(workflow, tellWorkflow).ownErrors;
    for (const { status } of workflow.steps) errors += outcomeOf(status, true) === "failed" ? 1 : 0;
  }
  return errors;
}

function treeOf({ runs, workflows, toolCalls, messages, approvals }: TraceState): readonly TraceNode[] {
  const drafts: Draft[] = [];
  const add = (node: Told & TracePart, own: Usage = noUsage): Draft => {
    const draft: Draft = { node, own, children: [], parent: undefined };
    drafts.push(draft);
    return draft;
  };
  const runDrafts = new Map<string, Draft>();
  for (const run of runs.runs) runDrafts.set(keyOf(run.sessionId, run.id), add(once(run, tellRun), usageOf(run.usage)));
  const runDraftOf = (sessionId: string, runId: string | undefined) => (runId === undefined ? undefined : runDrafts.get(keyOf(sessionId, runId)));

  const steps = new Map<Draft, Draft[]>();
  for (const workflow of workflows.workflows) {
    const home = runDraftOf(workflow.sessionId, workflow.id);
    const owner = home ?? (isWork(workflow) ? add(once(workflow, tellWorkflow)) : undefined);
    const own = workflow.steps.map((step) => {
      const draft = add(tellStep(step, workflow, owner?.node.runId), home?.own === noUsage ? usageOf(step.usage) : noUsage);
      draft.parent = owner;
      return draft;
    });
    if (home !== undefined) steps.set(home, own);
  }
  const place = (draft: Draft, sessionId: string, runId: string | undefined) => {
    const run = runDraftOf(sessionId, runId);
    draft.parent = run === undefined ? undefined : (stepAround(draft, steps.get(run)) ?? run);
  };

  const waiting = new Set(approvals.approvals.filter((each) => each.status === "pending").map((each) => keyOf(each.sessionId, each.runId, each.toolCallId)));
  const calls = new Map<string, Draft[]>();
  for (const call of toolCalls.toolCalls) {
    const draft = add(askedOf(once(call, tellToolCall), waiting.has(keyOf(call.sessionId, call.runId, call.id))));
    place(draft, call.sessionId, call.runId);
    const key = keyOf(call.sessionId, call.runId, call.id);
    const same = calls.get(key);
    if (same === undefined) calls.set(key, [draft]);
    else same.push(draft);
  }
  for (const message of messages.messages) place(add(once(message, tellMessage)), message.sessionId, message.runId);
  for (const run of runs.runs) {
    const draft = runDraftOf(run.sessionId, run.id) as Draft;
    const call = run.parentToolCallId === undefined ? undefined : callBefore(draft, calls.get(keyOf(run.sessionId, run.parentRunId, run.parentToolCallId)));
    draft.parent = call ?? runDraftOf(run.sessionId, run.parentRunId);
  }
  return grown(drafts);
}

// Steps without a workflow are listed under the run or session that they belong to.
const isWork = ({ name, isStartKnown }: Workflow): boolean => name !== undefined || isStartKnown;

// No id has a NUL that was published as it should.
const keyOf = (...parts: readonly (string | undefined)[]): string => parts.join("\0");

// Most of a trace is as it was when it was last told.
const told = new WeakMap<object, Told & TracePart>();

function once<T extends object>(of: T, tell: (of: T) => Told & TracePart): Told & TracePart {
  const known = told.get(of);
  if (known !== undefined) return known;
  const part = tell(of);
  told.set(of, part);
  return part;
}

/** Ids of calls are used again: the last one that began before the run. */
function callBefore({ node }: Draft, calls: readonly Draft[] | undefined): Draft | undefined {
  return calls?.findLast((call) => call.node.startMs === undefined || node.startMs === undefined || call.node.startMs <= node.startMs) ?? calls?.at(-1);
}

/** The step that something happened in. Steps that go on side by side don't tell which it was. */
function stepAround({ node }: Draft, steps: readonly Draft[] | undefined): Draft | undefined {
  const at = node.startMs;
  if (steps === undefined || at === undefined) return undefined;
  const around = steps.filter(({ node: step }) => step.startMs !== undefined && step.startMs <= at && (step.endMs === undefined || at <= step.endMs));
  const last = around.at(-1);
  // A step that ends as the next one begins is over by then.
  return around.length === 1 || (last !== undefined && around.slice(0, -1).every(({ node: step }) => step.endMs === last.node.startMs)) ? last : undefined;
}

/** Hangs all under their parents, sums up from the bottom, and gives the nodes at the top. */
function grown(drafts: readonly Draft[]): readonly TraceNode[] {
  cutCircles(drafts);
  const tops: Draft[] = [];
  for (const draft of drafts) (draft.parent?.children ?? tops).push(draft);
  // From top to bottom without recursion, since runs may be nested thousands deep; then back up.
  const order: Draft[] = [];
  const open = [...tops];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    order.push(next);
    open.push(...next.children);
  }
  const nodes = new Map<Draft, TraceNode>();
  for (const draft of order.toReversed()) {
    const children = draft.children.toSorted(byStart).map((child) => nodes.get(child) as TraceNode);
    const errors = children.reduce((sum, child) => sum + child.errors, draft.node.ownErrors);
    const usage = children.reduce((sum, child) => addUsage(sum, child.usage), draft.own);
    nodes.set(draft, { ...draft.node, children, errors, usage });
  }
  return tops.toSorted(byStart).map((draft) => nodes.get(draft) as TraceNode);
}

/** Takes one node of each circle of parents out of it. */
function cutCircles(drafts: readonly Draft[]): void {
  const walks = new Map<Draft, Draft>();
  for (const start of drafts) {
    let at: Draft | undefined = start;
    for (; at !== undefined && !walks.has(at); at = at.parent) walks.set(at, start);
    if (at !== undefined && walks.get(at) === start) at.parent = undefined;
  }
}

// What has no time stays where it was told.
const byStart = (a: Draft, b: Draft): number => (a.node.startMs === undefined || b.node.startMs === undefined ? 0 : a.node.startMs - b.node.startMs);

interface Span {
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly durationMs: number | undefined;
}

function spanOf(startedAt: string, endedAt: string | undefined, measured?: number): Span {
  const [startMs, end] = [timeOf(startedAt), timeOf(endedAt)];
  // Clocks of several machines differ: nothing ends before it began.
  const endMs = end === undefined || startMs === undefined ? end : Math.max(startMs, end);
  return { startMs, endMs, durationMs: measured ?? (startMs === undefined || endMs === undefined ? undefined : endMs - startMs) };
}

const failures = ["failed", "lost", "unclaimed"];
const waits = ["requested", "awaiting_input"];

/** How something came out that has this status. */
export function outcomeOf(status: string, isOver: boolean): TraceOutcome {
  if (failures.includes(status) || status === "error") return "failed";
  if (["cancelled", "interrupted", "skipped", "blocked"].includes(status)) return "cancelled";
  return isOver ? "done" : waits.includes(status) ? "waiting" : "going";
}

interface Work {
  readonly status: string;
  readonly error: string | undefined;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
}

/** What all work has in common. */
function tellWork({ status, error, startedAt, endedAt }: Work, measured?: number): Pick<Told, "status" | "outcome" | "error" | "retries" | "ownErrors"> & Span {
  const outcome = outcomeOf(status, endedAt !== undefined);
  return { status, outcome, error, ...spanOf(startedAt, endedAt, measured), retries: 0, ownErrors: outcome === "failed" ? 1 : 0 };
}

function tellRun(run: Run): Told & TracePart {
  const work = tellWork(run);
  return {
    kind: "run",
    of: run,
    key: `run ${run.sessionId} ${run.id}`,
    name: run.agent ?? run.id,
    sessionId: run.sessionId,
    runId: run.id,
    agent: run.agent,
    ...work,
    retries: run.retries,
    ownErrors: Math.max(run.errors, work.ownErrors),
  };
}

const tellWorkflow = (workflow: Workflow): Told & TracePart => ({
  kind: "workflow",
  of: workflow,
  key: `workflow ${workflow.sessionId} ${workflow.id}`,
  name: workflow.name ?? workflow.id,
  sessionId: workflow.sessionId,
  runId: workflow.id,
  agent: undefined,
  ...tellWork(workflow),
});

const tellStep = (step: WorkflowStep, workflow: Workflow, runId: string | undefined): Told & TracePart => ({
  kind: "step",
  of: step,
  key: `step ${workflow.sessionId} ${workflow.id} ${step.id} ${step.startedAt}`,
  name: step.description ?? step.id,
  sessionId: workflow.sessionId,
  runId,
  agent: undefined,
  ...tellWork(step),
});

const tellToolCall = (call: ToolCall): Told & TracePart => ({
  kind: "tool_call",
  of: call,
  key: `tool ${call.key}`,
  name: call.name ?? call.id,
  sessionId: call.sessionId,
  runId: call.runId,
  agent: call.agent,
  ...tellWork(call, call.durationMs),
});

/** A call that waits for a person's answer doesn't run. */
const askedOf = (call: Told & TracePart, isAsked: boolean): Told & TracePart => (isAsked && call.outcome === "going" ? { ...call, status: "awaiting_approval", outcome: "waiting" } : call);

const tellMessage = (message: Message): Told & TracePart => ({
  kind: message.kind,
  of: message,
  key: `message ${message.key}`,
  name: message.kind === "thought" ? "Thought" : (message.role ?? message.agent ?? "assistant"),
  status: message.status,
  outcome: message.status === "interrupted" ? "cancelled" : message.status === "streaming" ? "going" : "done",
  error: undefined,
  sessionId: message.sessionId,
  runId: message.runId,
  agent: message.agent,
  ...spanOf(message.startedAt, message.endedAt ?? (message.status === "streaming" ? undefined : message.updatedAt)),
  retries: 0,
  ownErrors: 0,
});
