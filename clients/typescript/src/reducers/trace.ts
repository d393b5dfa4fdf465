import type { AgentEvent } from "../events.js";
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
  /** The time of the newest event: where bars of what goes on end. */
  readonly latest: string | undefined;
}

export const initialTrace: TraceState = {
  runs: initialRuns,
  workflows: initialWorkflows,
  toolCalls: initialToolCalls,
  messages: initialMessages,
  approvals: initialApprovals,
  latest: undefined,
};

/** Follows runs, steps, tool calls, messages and questions; {@link traceTree} makes a tree of them. */
export function reduceTrace(state: TraceState, event: AgentEvent): TraceState {
  return {
    runs: reduceRuns(state.runs, event),
    workflows: reduceWorkflows(state.workflows, event),
    toolCalls: reduceToolCalls(state.toolCalls, event),
    messages: reduceMessages(state.messages, event),
    approvals: reduceApprovals(state.approvals, event),
    latest: event.timestamp,
  };
}
