import { expect, it } from "vitest";
import { agentsOf } from "../inspector/src/agents.js";
import { initialTrace, reduceTrace, traceTree, type AgentEvent } from "../src/index.js";

const event = (second: number, type: string, payload: object, run: string, agent: string): AgentEvent =>
  ({ event_id: `e${second}${type}${run}`, session_id: "s", run_id: run, agent_id: agent, timestamp: new Date(1_700_000_000_000 + second * 1000).toISOString(), type, payload }) as unknown as AgentEvent;

it("agents are ordered by what their own work took, without that of subagents", () => {
  const sub = (run: string, begin: number, end: number, more: object = {}) => [
    event(begin, "run_created", { run_id: run, agent: "worker", parent_run_id: "top", parent_tool_call_id: "d" }, run, "worker"),
    event(begin, "run_started", { run_id: run }, run, "worker"),
    event(begin, "tool_call_started", { tool_call_id: "c", tool_name: "read", args: {} }, run, "worker"),
    event(end, "tool_call_result", { tool_call_id: "c", tool_name: "read", error: "timeout" }, run, "worker"),
    event(end, "run_completed", { run_id: run, ...more }, run, "worker"),
  ];
  const events = [
    event(0, "run_started", { run_id: "top" }, "top", "planner"),
    event(1, "tool_call_started", { tool_call_id: "d", tool_name: "delegate", args: {} }, "top", "planner"),
    // Two at once, and one that outlasts the run that asked for it.
    ...sub("a", 2, 10, { usage: { total_tokens: 7 } }),
    ...sub("b", 4, 12, { usage: { total_tokens: 5 } }),
    ...sub("c", 15, 40),
    event(20, "run_completed", { run_id: "top" }, "top", "planner"),
    event(50, "run_started", { run_id: "open" }, "open", "watcher"),
  ].toSorted((x, y) => (x.timestamp < y.timestamp ? -1 : 1));
  const agents = agentsOf(traceTree(events.reduce(reduceTrace, initialTrace)), 1_700_000_053_000);
  expect(agents.map(({ name, runs, ownMs, errors, usage, longest }) => [name, runs, ownMs, errors, usage.totalTokens, longest.runId])).toEqual([
    ["worker", 3, 8000 + 8000 + 25_000, 3, 12, "c"],
    ["planner", 1, 20_000 - 10_000 - 5000, 0, undefined, "top"],
    ["watcher", 1, 3000, 0, undefined, "open"],
  ]);
});
