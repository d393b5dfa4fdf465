import { roles } from "../events.generated.js";
import { isEvent, type AgentEvent } from "../events.js";
import { timeOf } from "../time.js";
import { initialApprovals, reduceApprovals, type ApprovalsState } from "./approvals.js";
import { initialMessages, reduceMessages, type MessagesState } from "./messages.js";
import { initialRuns, reduceRuns, type RunsState } from "./runs.js";
import { initialToolCalls, reduceToolCalls, type ToolCallsState } from "./tool-calls.js";
import { initialWorkflows, reduceWorkflows, type WorkflowsState } from "./workflows.js";

/** All that a trace is made of: what the other reducers make of the same events. */
export interface TraceState {
  readonly runs: RunsState;
  readonly workflows: WorkflowsState;
  readonly toolCalls: ToolCallsState;
  readonly messages: MessagesState;
  readonly approvals: ApprovalsState;
  /** The latest time of all events that were published: where bars of what goes on end. Publishers' clocks differ, so the newest event may have an earlier one. */
  readonly latest: string | undefined;
  /** The time of the newest event that was published. */
  readonly told: string | undefined;
  /** Where the stream said that events are gone, oldest first. */
  readonly lost: readonly LostPart[];
}

/** Between these two times events are gone; the second isn't known before the next event. */
export interface LostPart {
  readonly from: string;
  readonly to: string | undefined;
}

export const initialTrace: TraceState = {
  runs: initialRuns,
  workflows: initialWorkflows,
  toolCalls: initialToolCalls,
  messages: initialMessages,
  approvals: initialApprovals,
  latest: undefined,
  told: undefined,
  lost: [],
};

/** Follows runs, steps, tool calls, messages and questions; {@link traceTree} makes a tree of them. */
export function reduceTrace(state: TraceState, event: AgentEvent): TraceState {
  return {
    runs: reduceRuns(state.runs, event),
    workflows: reduceWorkflows(state.workflows, event),
    toolCalls: reduceToolCalls(state.toolCalls, event),
    messages: reduceMessages(state.messages, event),
    approvals: reduceApprovals(state.approvals, event),
    latest: isControl(event) ? state.latest : later(state.latest, event.timestamp),
    ...lostBy(state, event),
  };
}

const isControl = ({ type }: AgentEvent): boolean => (roles.control as readonly string[]).includes(type);

// As the server writes them all; texts of this form are in the order of their times.
const canonical = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function later(known: string | undefined, told: string): string | undefined {
  if (known !== undefined && canonical.test(told)) return told > known ? told : known;
  const [a, b] = [timeOf(known), timeOf(told)];
  return b === undefined || (a !== undefined && a >= b) ? known : new Date(b).toISOString();
}

// No axis shows more.
const maxLost = 50;

function lostBy({ told, lost }: TraceState, event: AgentEvent): Pick<TraceState, "told" | "lost"> {
  if (isControl(event)) {
    const isGap = event.type === "stream_gap" || (isEvent(event, "session_stream_started") && event.payload.reason != null);
    return { told, lost: isGap && told !== undefined && lost.at(-1)?.from !== told ? [...lost.slice(1 - maxLost), { from: told, to: undefined }] : lost };
  }
  const open = lost.at(-1);
  return { told: event.timestamp, lost: open !== undefined && open.to === undefined ? [...lost.slice(0, -1), { ...open, to: event.timestamp }] : lost };
}
