import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { initialApprovals, initialRuns, reduceApprovals, reduceRuns, runTree, type AgentEvent, type Run } from "../src/index.js";

let serial = 0;
const event = (type: string, payload: object, more: object = {}): AgentEvent =>
  ({ event_id: `e${++serial}`, session_id: "s", timestamp: new Date(1_700_000_000_000 + serial * 1000).toISOString(), type, payload, ...more }) as unknown as AgentEvent;
const runs = (...events: AgentEvent[]) => events.reduce(reduceRuns, initialRuns).runs;
const approvals = (...events: AgentEvent[]) => events.reduce(reduceApprovals, initialApprovals).approvals;
const requested = (id: string, run = "r1") => event("tool_approval_requested", { approval_id: id, run_id: run, tool_call_id: "t1", tool_name: "rm", args: { path: "/tmp" }, reason: "It deletes.", agent: "planner" });

interface Vector {
  readonly name: string;
  readonly events: readonly { readonly type: string; readonly payload: object }[];
  readonly runs?: { readonly [id: string]: unknown };
  readonly approvals?: { readonly [id: string]: unknown };
  readonly pending?: readonly string[];
}

describe("the state of the server", () => {
  const file = new URL("../../../EventStream.Tests/Sessions/Vectors/agents.json", import.meta.url);
  const stateOf = ({ status, endedAt }: Run) => (status === "requested" ? "waiting" : endedAt === undefined ? "going" : "ended");
  const answers = { pending: null, unanswered: null, approved: true, refused: false };

  it.each(JSON.parse(readFileSync(file, "utf8")) as Vector[])("and the client agree: $name", (vector) => {
    const told = vector.events.map(({ type, payload, ...more }) => event(type, payload, more));
    const known = Object.fromEntries(runs(...told).map((run) => [run.id, { agent: run.agent ?? null, state: stateOf(run) }]));
    expect(known).toMatchObject(vector.runs ?? {});
    const asked = approvals(...told);
    expect(Object.fromEntries(asked.map((each) => [each.id, { run: each.runId, approved: answers[each.status], answered_by: each.answeredBy ?? null }]))).toEqual(vector.approvals ?? {});
    expect(asked.filter(({ status }) => status === "pending").map(({ id }) => id)).toEqual(vector.pending ?? []);
  });
});

describe("a run", () => {
  const asked = event("run_requested", { run_id: "r1", agent: "planner", input: { question: "Is it up?" }, requested_by: "ada" });

  it("tells what it was asked for, and counts its time from its start", () => {
    expect(runs(asked)).toMatchObject([{ status: "requested", agent: "planner", input: { question: "Is it up?" }, requestedBy: "ada" }]);
    const [started, done] = [event("run_started", { run_id: "r1" }), event("run_completed", { run_id: "r1" })];
    expect(runs(asked, started, done)).toMatchObject([{ status: "completed", startedAt: started.timestamp, durationMs: 1000 }]);
  });

  it("that was asked to stop before a worker took it is stopping once one does", () => {
    const stop = event("run_interrupt_requested", { run_id: "r1", agent: "planner" });
    expect(runs(asked, stop)).toMatchObject([{ status: "requested", isStopAsked: true }]);
    expect(runs(asked, stop, event("run_started", { run_id: "r1" }))).toMatchObject([{ status: "interrupting" }]);
    expect(runs(asked, event("run_started", { run_id: "r1" }), stop, event("run_awaiting_input", { run_id: "r1" }), event("agent_thought", { content: "x" }, { run_id: "r1" }))).toMatchObject([{ status: "interrupting" }]);
    expect(runs(asked, stop, event("run_cancelled", { run_id: "r1", termination_reason: "user_stop" }))).toMatchObject([{ status: "cancelled", stopReason: "user_stop" }]);
  });

  it.each([["lost", "lost"], ["unclaimed", "unclaimed"], ["timeout", "failed"], [undefined, "failed"]])("that failed as %s is %s", (error_type, status) => {
    expect(runs(asked, event("run_failed", { run_id: "r1", error: "no", error_type }))).toMatchObject([{ status, error: "no", errorType: error_type }]);
  });

  it("goes on waiting when people say something to it", () => {
    const waiting = [event("run_started", { run_id: "r1" }), event("run_awaiting_input", { run_id: "r1" })];
    expect(runs(...waiting, event("run_steered", { run_id: "r1", message: "so" }), event("tool_approval_answered", { approval_id: "a", run_id: "r1", approved: true }))).toMatchObject([{ status: "awaiting_input" }]);
  });
});

describe("an approval", () => {
  it("tells what was asked, who answered, and why", () => {
    const answer = event("tool_approval_answered", { approval_id: "a1", run_id: "r1", approved: false, reason: "Not now.", answered_by: "ada" });
    expect(approvals(requested("a1"), answer)).toEqual([
      {
        id: "a1", sessionId: "s", runId: "r1", toolCallId: "t1", toolName: "rm", args: { path: "/tmp" }, reason: "It deletes.", agent: "planner",
        status: "refused", isRunEnded: false, askedAt: expect.any(String), answeredAt: answer.timestamp, answeredBy: "ada", answerReason: "Not now.",
      },
    ]);
  });

  it("is of its session alone, and has nobody to answer once that is deleted", () => {
    const other = { ...requested("a1"), session_id: "t" } as AgentEvent;
    const answer = event("tool_approval_answered", { approval_id: "a1", run_id: "r1", approved: true });
    expect(approvals(requested("a1"), other, answer).map(({ status }) => status)).toEqual(["approved", "pending"]);
    expect(approvals(requested("a1"), other, event("session_deleted", { session_id: "s" })).map(({ status }) => status)).toEqual(["unanswered", "pending"]);
  });

  it("stays the same for what concerns no question", () => {
    const state = [requested("a1")].reduce(reduceApprovals, initialApprovals);
    expect(reduceApprovals(state, event("agent_message_delta", { message_id: "m", delta: "x" }, { run_id: "r1" }))).toBe(state);
    expect(reduceApprovals(state, event("tool_approval_answered", { approval_id: "other", run_id: "r1", approved: true }))).toBe(state);
  });
});

describe("runTree", () => {
  const made = (id: string, parent?: string) => event("run_created", { run_id: id, ...(parent === undefined ? {} : { parent_run_id: parent, parent_tool_call_id: `call of ${id}` }) });
  const shape = (...events: AgentEvent[]) => runTree(runs(...events)).map(({ run, depth }) => `${"-".repeat(depth)}${run.id}`);

  it("puts each run under the one that asked for it, in order", () => {
    expect(shape(made("a"), made("b"), made("a1", "a"), made("b1", "b"), made("a2", "a"), made("a11", "a1"))).toEqual(["a", "-a1", "--a11", "-a2", "b", "-b1"]);
    expect(runs(made("a"), made("a1", "a"))[1]).toMatchObject({ parentRunId: "a", parentToolCallId: "call of a1" });
  });

  it("has every run once, whoever its parent is", () => {
    expect(shape(made("a", "gone"), made("b", "b"), made("c", "d"), made("d", "c"))).toEqual(["a", "b", "c", "-d"]);
    expect(shape(made("a1", "a"), made("a"))).toEqual(["a", "-a1"]);
    expect(runTree([])).toEqual([]);
  });

  it("takes thousands below each other", () => {
    const deep = Array.from({ length: 4000 }, (_, n) => ({ ...runs(made("a"))[0], id: `r${n}`, ...(n === 0 ? {} : { parentRunId: `r${n - 1}` }) }) as Run);
    expect(runTree(deep).at(-1)?.depth).toBe(3999);
  });
});
