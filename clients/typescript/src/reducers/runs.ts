import type { AgentEvent } from "../events.js";
import { catalogue, roles, type EventFamilies } from "../events.generated.js";
import { isKnownType, isObject } from "../shape.js";
import { numberText } from "../wire.js";
import type { Reduced } from "./reduced.js";
import { agentOf, append, changeAt, duration, hasShape, isOneOf, lastOf, runOf, textOf, withMalformed, withTextIds } from "./shared.js";

/** One execution of an agent. */
export interface Run {
  readonly id: string;
  readonly sessionId: string;
  readonly agent: string | undefined;
  /**
   * `requested`: it waits for a worker; `interrupting`: it was asked to stop, and goes on;
   * `lost`: it failed because its worker gave no sign of life; `unclaimed`: it failed because no worker took it in time.
   */
  readonly status: "requested" | "created" | "running" | "awaiting_input" | "interrupting" | "completed" | "failed" | "lost" | "unclaimed" | "cancelled";
  /** Whether somebody has asked it to stop, perhaps before a worker took it. */
  readonly isStopAsked: boolean;
  /** The run that asked for it, and the tool call of that run which it serves. */
  readonly parentRunId: string | undefined;
  readonly parentToolCallId: string | undefined;
  /** What it was asked for, and by whom. */
  readonly input: unknown;
  readonly requestedBy: string | undefined;
  /** What the agent is doing, from `agent_status`. */
  readonly activity: string | undefined;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly durationMs: number | undefined;
  /** The last error, even if the run went on after it. */
  readonly error: string | undefined;
  /** How often it told an error, whether or not it went on. */
  readonly errors: number;
  /** The kind of the error that it failed with. */
  readonly errorType: string | undefined;
  readonly output: unknown;
  /** The output as it came, when it is a number that JavaScript writes in another way, such as 1.10. */
  readonly outputText: string | undefined;
  /** Whether its `run_started` came; other events of the run may come before it. */
  readonly isStartKnown: boolean;
  readonly usage: { readonly [member: string]: unknown } | undefined;
  readonly retries: number;
  readonly stopReason: string | undefined;
}

export interface RunsState extends Reduced {
  /** In the order in which they were first heard of. */
  readonly runs: readonly Run[];
}

export const initialRuns: RunsState = { runs: [], malformed: [] };

// Types that occur only while a run runs. Those of workflows don't count: their run ids are of another kind.
const workFamilies: readonly (keyof EventFamilies)[] = ["run", "message", "thought", "tool", "status", "step", "retrieval"];

/** Follows runs from the first event that names them to their end. */
export function reduceRuns(state: RunsState, event: AgentEvent): RunsState {
  if (!isKnownType(event.type)) return state;
  const [family] = catalogue[event.type];
  if (!workFamilies.includes(family)) return state;
  const named = withTextIds(event);
  if (hasShape(named)) return tell(state, named);
  return family === "run" || family === "status" ? withMalformed(state, event) : state;
}

function tell(state: RunsState, event: AgentEvent): RunsState {
  const id = runOf(event);
  if (id === undefined) return state;

  const at = lastOf(state.runs, id, (run) => run.sessionId === event.session_id);
  const known = state.runs[at];
  const run = known ?? fresh(event, id);
  const changes = changesBy(event, run);
  if (known === undefined) return { ...state, runs: append(state.runs, { ...run, ...changes }) };
  // Most events of a run, such as deltas, change nothing of it.
  const isNews = (Object.keys(changes) as (keyof Run)[]).some((name) => changes[name] !== known[name]);
  return isNews ? { ...state, runs: changeAt(state.runs, at, changes) } : state;
}

function changesBy(event: AgentEvent, run: Run): Partial<Run> {
  const { payload, type } = event;
  const agent = run.agent ?? agentOf(event);
  // What comes after its end doesn't open a run again.
  if (run.endedAt !== undefined && !isOneOf(roles.ends_run, type) && type !== "run_started") return { agent };
  switch (type) {
    case "run_requested":
      return { agent, input: payload.input, requestedBy: textOf(payload, "requested_by") };
    case "run_interrupt_requested":
      return { agent, isStopAsked: true, ...(run.status === "requested" ? {} : { status: "interrupting" }) };
  }
  // What people say to a run tells nothing of the state that it is in.
  if (isOneOf(roles.command, type)) return { agent };
  // Only a run's own events say that a worker took it: others, such as messages of people, may name it before.
  if (run.status === "requested" && !type.startsWith("run_")) return { agent };
  const going = run.isStopAsked ? "interrupting" : "running";
  const taken: Partial<Run> = run.status === "requested" ? { agent, status: going } : { agent };
  switch (type) {
    case "run_created":
      return { ...taken, ...(run.status === "requested" ? { status: "created" } : {}), parentRunId: textOf(payload, "parent_run_id") ?? run.parentRunId, parentToolCallId: textOf(payload, "parent_tool_call_id") ?? run.parentToolCallId };
    case "run_started":
      if (run.endedAt !== undefined && run.isStartKnown) return {};
      return { agent, isStartKnown: true, startedAt: event.timestamp, ...(run.endedAt === undefined ? { status: going } : { durationMs: duration(event.timestamp, run.endedAt) }) };
    case "run_awaiting_input":
      return { agent, status: "awaiting_input" };
    case "run_retry":
      return { ...taken, retries: run.retries + 1, error: textOf(payload, "reason") };
    case "run_error":
      return { ...taken, errors: run.errors + 1, error: textOf(payload, "message") };
    case "run_interrupted":
      return { ...taken, stopReason: textOf(payload, "reason") };
    case "agent_status":
      return { agent, activity: textOf(payload, "status"), error: textOf(payload, "error_message") ?? run.error };
    case "run_completed":
      return { ...ended(event, run), agent, status: "completed", output: payload.output, outputText: numberText(payload, "output"), stopReason: textOf(payload, "stop_reason") ?? run.stopReason, usage: isObject(payload.usage) ? payload.usage : undefined };
    case "run_failed":
      return { ...ended(event, run), agent, status: failureOf(payload.error_type), error: textOf(payload, "error"), errorType: textOf(payload, "error_type") };
    case "run_cancelled":
      return { ...ended(event, run), status: "cancelled", stopReason: textOf(payload, "termination_reason") ?? run.stopReason };
    default:
      // A run that waited for input and works again has got it.
      return run.status === "created" || run.status === "awaiting_input" ? { agent, status: going } : taken;
  }
}

const failureOf = (errorType: unknown): Run["status"] => (errorType === "lost" || errorType === "unclaimed" ? errorType : "failed");

const ended = (event: AgentEvent, run: Run): Partial<Run> => ({ endedAt: event.timestamp, durationMs: duration(run.startedAt, event.timestamp), activity: undefined });

const fresh = (event: AgentEvent, id: string): Run => ({
  id,
  sessionId: event.session_id,
  agent: undefined,
  status: event.type === "run_created" ? "created" : event.type === "run_requested" ? "requested" : "running",
  isStopAsked: false,
  parentRunId: undefined,
  parentToolCallId: undefined,
  input: undefined,
  requestedBy: undefined,
  activity: undefined,
  startedAt: event.timestamp,
  endedAt: undefined,
  durationMs: undefined,
  error: undefined,
  errors: 0,
  errorType: undefined,
  output: undefined,
  outputText: undefined,
  isStartKnown: false,
  usage: undefined,
  retries: 0,
  stopReason: undefined,
});
