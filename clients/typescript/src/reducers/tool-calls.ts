import type { AgentEvent } from "../events.js";
import { hasExpectedShape, isObject } from "../shape.js";
import { jsonOf, numberText, parseJson } from "../wire.js";
import type { Reduced } from "./reduced.js";
import { agentOf, append, changeAt, changeWhere, duration, endsWork, isEnd, lastOf, mayBeOfAgent, mayBeOneRun, numberOf, runOf, textOf, withMalformed, withTextIds } from "./shared.js";

/** A tool call, with what is known of it so far. */
export interface ToolCall {
  /** Unique in the state. */
  readonly key: string;
  /** Its `tool_call_id`. */
  readonly id: string;
  readonly name: string | undefined;
  readonly agent: string | undefined;
  readonly sessionId: string;
  readonly runId: string | undefined;
  readonly status: "running" | "succeeded" | "failed" | "blocked" | "cancelled";
  readonly args: { readonly [member: string]: unknown } | undefined;
  /** The arguments as text: as they stream in, or when they are no JSON object. */
  readonly argsText: string | undefined;
  /** The tool's output while it runs. */
  readonly progress: string;
  readonly result: unknown;
  /** The result as it came, when it is a number that JavaScript writes in another way, such as 1.10. */
  readonly resultText: string | undefined;
  readonly error: string | undefined;
  /** Whether its `tool_call_started` came; a result may come before it. */
  readonly isStartKnown: boolean;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly durationMs: number | undefined;
}

export interface ToolCallsState extends Reduced {
  /** In the order in which they began. */
  readonly toolCalls: readonly ToolCall[];
  /** How many there have been in all. */
  readonly begun: number;
}

export const initialToolCalls: ToolCallsState = { toolCalls: [], begun: 0, malformed: [] };

/** Matches progress, arguments and results to their call by `tool_call_id`, which publishers may use again for a later call. */
export function reduceToolCalls(state: ToolCallsState, event: AgentEvent): ToolCallsState {
  switch (event.type) {
    case "tool_call_started":
    case "tool_call_updated":
    case "tool_call_delta":
    case "tool_call_args_delta":
    case "tool_call_args_end":
    case "tool_call_result":
      return tellShaped(state, event);
  }
  if (!isEnd(event)) return state;
  const isOpen = (call: ToolCall) => call.status === "running" && endsWork(event, call);
  const toolCalls = changeWhere(state.toolCalls, isOpen, { status: "cancelled", endedAt: event.timestamp });
  return toolCalls === state.toolCalls ? state : { ...state, toolCalls };
}

function tellShaped(state: ToolCallsState, event: AgentEvent): ToolCallsState {
  const named = withTextIds(event);
  return hasExpectedShape(named) ? tell(state, named) : withMalformed(state, event);
}

function tell(state: ToolCallsState, event: AgentEvent): ToolCallsState {
  const { payload } = event;
  const id = textOf(payload, "tool_call_id") as string;
  const runId = runOf(event);
  const isMeant = (call: ToolCall) => call.sessionId === event.session_id && mayBeOneRun(call.runId, runId) && mayBeOfAgent(event, call.agent);
  const at = lastOf(state.toolCalls, id, isMeant, isRunning);
  const known = state.toolCalls[at];
  const isNew = known === undefined || (!isRunning(known) && isAnother(event, known));
  const begun = state.begun + (isNew ? 1 : 0);
  const call: ToolCall = isNew ? fresh(event, id, `t${begun}`) : known;
  const name = textOf(payload, "tool_name");
  const changes = {
    name: isNamed(name) ? name : (call.name ?? name),
    agent: agentOf(event) ?? call.agent,
    runId: call.runId ?? runId,
    ...changesBy(event, call),
  };
  if (isNew) return { ...state, begun, toolCalls: append(state.toolCalls, { ...call, ...changes }) };
  return { ...state, toolCalls: changeAt(state.toolCalls, at, changes) };
}

const isRunning = ({ status }: ToolCall): boolean => status === "running";

/** Whether the event is of another call than the finished one of its id. */
function isAnother(event: AgentEvent, finished: ToolCall): boolean {
  if (event.type !== "tool_call_started" && event.type !== "tool_call_result") return false;
  if (isOtherTool(textOf(event.payload, "tool_name"), finished.name)) return true;
  // Some publishers restart the numbers of their calls in each turn. The same arguments once more are a repeat.
  if (event.type === "tool_call_started") return finished.isStartKnown && !startsAsBefore(event, finished);
  const { status, result, resultText, error } = outcomeOf(event);
  // The end of a run cancels calls, whose results may still come.
  return finished.status !== "cancelled" && (status !== finished.status || error !== finished.error || resultText !== finished.resultText || jsonOf(result) !== jsonOf(finished.result));
}

const isOtherTool = (a: string | undefined, b: string | undefined): boolean => isNamed(a) && isNamed(b) && a !== b;

const isNamed = (tool: string | undefined): boolean => tool !== undefined && tool !== "" && tool !== "unknown";

function startsAsBefore({ payload }: AgentEvent, { args, argsText }: ToolCall): boolean {
  const saidText = textOf(payload, "args_raw") ?? textOf(payload, "args_summary");
  return saidText === argsText && jsonOf(isObject(payload.args) ? payload.args : {}) === jsonOf(args ?? {});
}

function changesBy(event: AgentEvent, call: ToolCall): Partial<ToolCall> {
  const { payload } = event;
  const delta = textOf(payload, "delta") ?? "";
  switch (event.type) {
    case "tool_call_started":
    case "tool_call_updated": {
      const told = toldArgs(event, call);
      if (event.type === "tool_call_updated" || call.isStartKnown) return told;
      const startedAt = event.timestamp;
      return { ...told, isStartKnown: true, startedAt, durationMs: call.durationMs ?? (call.endedAt === undefined ? undefined : duration(startedAt, call.endedAt)) };
    }
    case "tool_call_delta":
      return { progress: call.progress + delta };
    case "tool_call_args_delta":
      return { argsText: (call.argsText ?? "") + delta };
    case "tool_call_args_end":
      return { args: parsed(call.argsText) ?? call.args };
    default:
      // The same result once more.
      if (call.status !== "running" && call.status !== "cancelled") return {};
      return { ...outcomeOf(event), ...(call.args === undefined || Object.keys(call.args).length === 0 ? toldArgs(event, call) : {}), endedAt: event.timestamp, durationMs: numberOf(payload, "duration_ms") ?? (call.isStartKnown ? duration(call.startedAt, event.timestamp) : undefined) };
  }
}

const toldArgs = ({ type, payload }: AgentEvent, call: ToolCall): Pick<ToolCall, "args" | "argsText"> => ({
  args: isObject(payload.args) && (call.args === undefined || type === "tool_call_updated" || Object.keys(payload.args).length > 0) ? payload.args : call.args,
  argsText: textOf(payload, "args_raw") ?? textOf(payload, "args_summary") ?? call.argsText,
});

function outcomeOf({ payload }: AgentEvent): Pick<ToolCall, "status" | "result" | "resultText" | "error"> {
  const error = textOf(payload, "error");
  return { status: statusOf(payload, error), result: payload.result, resultText: numberText(payload, "result"), error };
}

function statusOf(payload: { readonly [member: string]: unknown }, error: string | undefined): ToolCall["status"] {
  if (payload.blocked === true) return "blocked";
  if (error === "cancelled") return "cancelled";
  // Some systems give errors as objects.
  return error !== undefined || payload.success === false || isObject(payload.error) ? "failed" : "succeeded";
}

function parsed(text: string | undefined): ToolCall["args"] {
  try {
    const value = parseJson(text ?? "");
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const fresh = (event: AgentEvent, id: string, key: string): ToolCall => ({
  key,
  id,
  name: undefined,
  agent: undefined,
  sessionId: event.session_id,
  runId: undefined,
  status: "running",
  args: undefined,
  argsText: undefined,
  progress: "",
  result: undefined,
  resultText: undefined,
  error: undefined,
  isStartKnown: false,
  startedAt: event.timestamp,
  endedAt: undefined,
  durationMs: undefined,
});
