import type { AgentEvent } from "../events.js";
import { roles } from "../events.generated.js";
import { isObject } from "../shape.js";
import type { Reduced } from "./reduced.js";
import { agentOf, append, changeAt, changeWhere, isOneOf, runOf, textOf, withMalformed, withTextIds } from "./shared.js";

/** A question of an agent whether it may call a tool. */
export interface Approval {
  /** Its `approval_id`: agents use one again, each run. */
  readonly id: string;
  readonly sessionId: string;
  /** The run that waits. */
  readonly runId: string;
  readonly toolCallId: string | undefined;
  readonly toolName: string | undefined;
  readonly args: { readonly [member: string]: unknown } | undefined;
  /** Why the agent asks. */
  readonly reason: string | undefined;
  readonly agent: string | undefined;
  /** `unanswered`: its run has ended without an answer. */
  readonly status: "pending" | "approved" | "refused" | "unanswered";
  readonly isRunEnded: boolean;
  readonly askedAt: string;
  readonly answeredAt: string | undefined;
  readonly answeredBy: string | undefined;
  /** Why it was answered so. */
  readonly answerReason: string | undefined;
}

export interface ApprovalsState extends Reduced {
  /** In the order in which they were asked. */
  readonly approvals: readonly Approval[];
  /** The newest runs that have ended; what comes late doesn't ask for them. */
  readonly endedRuns: readonly string[];
}

export const initialApprovals: ApprovalsState = { approvals: [], endedRuns: [], malformed: [] };

const maxEndedRuns = 1000;

/** Follows the questions of agents to their answers. The first answer counts, and none after the end of the run. */
export function reduceApprovals(state: ApprovalsState, event: AgentEvent): ApprovalsState {
  if (event.type === "tool_approval_requested") return asked(state, event);
  if (event.type === "tool_approval_answered") return answered(state, event);
  const isDeleted = isOneOf(roles.deletes_session, event.type);
  const run = isOneOf(roles.ends_run, event.type) ? runOf(event) : undefined;
  if (!isDeleted && run === undefined) return state;
  const isOver = (each: Approval) => each.sessionId === event.session_id && (isDeleted || each.runId === run);
  const waiting = changeWhere(state.approvals, (each) => isOver(each) && each.status === "pending", { status: "unanswered" });
  const approvals = changeWhere(waiting, (each) => isOver(each) && !each.isRunEnded, { isRunEnded: true });
  return { ...state, approvals, endedRuns: run === undefined ? state.endedRuns : append(state.endedRuns, keyOf(event, run), maxEndedRuns) };
}

const keyOf = (event: AgentEvent, runId: string): string => `${event.session_id} ${runId}`;

function asked(state: ApprovalsState, event: AgentEvent): ApprovalsState {
  const { payload } = withTextIds(event);
  const id = textOf(payload, "approval_id");
  const runId = runOf(event);
  if (id === undefined || runId === undefined) return withMalformed(state, event);
  if (state.endedRuns.includes(keyOf(event, runId))) return state;
  const approval: Approval = {
    id,
    sessionId: event.session_id,
    runId,
    toolCallId: textOf(payload, "tool_call_id"),
    toolName: textOf(payload, "tool_name"),
    args: isObject(payload.args) ? payload.args : undefined,
    reason: textOf(payload, "reason"),
    agent: agentOf(event),
    status: "pending",
    isRunEnded: false,
    askedAt: event.timestamp,
    answeredAt: undefined,
    answeredBy: undefined,
    answerReason: undefined,
  };
  const others = state.approvals.filter((each) => each.id !== id || each.runId !== runId || each.sessionId !== event.session_id);
  return { ...state, approvals: append(others, approval) };
}

function answered(state: ApprovalsState, event: AgentEvent): ApprovalsState {
  const { payload } = withTextIds(event);
  const id = textOf(payload, "approval_id");
  if (id === undefined) return withMalformed(state, event);
  const runId = runOf(event);
  const at = state.approvals.findIndex((each) => each.id === id && each.runId === runId && each.sessionId === event.session_id && each.status === "pending");
  if (at < 0) return state;
  const answer: Partial<Approval> = {
    status: payload.approved === true ? "approved" : "refused",
    answeredAt: event.timestamp,
    answeredBy: textOf(payload, "answered_by"),
    answerReason: textOf(payload, "reason"),
  };
  return { ...state, approvals: changeAt(state.approvals, at, answer) };
}
