import { describe, expect, it } from "vitest";
import { eventsOf, nodeOf } from "../inspector/src/scope.js";
import { nodeNamed, referenceOf } from "../inspector/src/view.js";
import { initialTimeline, initialTrace, reduceTimeline, reduceTrace, traceNodes, traceTree, type AgentEvent, type TraceNode } from "../src/index.js";

let at = 0;
const event = (type: string, payload: object, run: string | undefined = "top", more: object = {}): AgentEvent =>
  ({ event_id: `e${++at}`, session_id: "s", run_id: run, timestamp: new Date(1_700_000_000_000 + at * 1000).toISOString(), type, payload, ...more }) as unknown as AgentEvent;

const events = [
  event("run_started", { run_id: "top" }), // e1
  event("tool_call_started", { tool_call_id: "c", tool_name: "read", args: { n: 1 } }), // e2
  event("tool_call_delta", { tool_call_id: "c", delta: "1" }),
  event("tool_call_result", { tool_call_id: "c", tool_name: "read", result: 1 }), // e4
  event("agent_thought_delta", { delta: "Hm", agent: "a" }), // e5
  event("tool_call_started", { tool_call_id: "c", tool_name: "read", args: { n: 2 } }), // e6: the id once more
  event("run_created", { run_id: "sub", agent: "b", parent_run_id: "top", parent_tool_call_id: "c" }, "sub"),
  event("agent_message_delta", { message_id: "m", delta: "So." }, "sub"), // e8
  event("run_completed", { run_id: "sub" }, "sub"),
  event("tool_call_result", { tool_call_id: "c", tool_name: "read", error: "no" }), // e10
  event("agent_message_delta", { message_id: "m", delta: "Other." }, "top"), // e11
  event("note", {}, "other", { session_id: "s2" }),
];
const tree = traceTree(events.reduce(reduceTrace, initialTrace));
const idsOf = (node: TraceNode) => events.filter(eventsOf(node, tree)).map(({ event_id }) => event_id);
const find = (test: (node: TraceNode) => boolean) => traceNodes(tree).filter(test);

describe("the events of a node", () => {
  it("are those of a call at its time, with the runs that serve it", () => {
    const [first, second] = find(({ kind }) => kind === "tool_call") as [TraceNode, TraceNode];
    expect(idsOf(first)).toEqual(["e2", "e3", "e4"]);
    expect(idsOf(second)).toEqual(["e6", "e7", "e8", "e9", "e10"]);
  });

  it("are those of a run and of the runs below", () => {
    expect(idsOf(find(({ name }) => name === "a")[0] as TraceNode)).toEqual(events.slice(0, 11).map(({ event_id }) => event_id));
    expect(idsOf(find(({ name }) => name === "b")[0] as TraceNode)).toEqual(["e7", "e8", "e9"]);
  });

  it("are those of a message in its run, and of a thought without an id", () => {
    expect(find(({ kind }) => kind === "message").map(idsOf)).toEqual([["e8"], ["e11"]]);
    expect(find(({ kind }) => kind === "thought").map(idsOf)).toEqual([["e5"]]);
  });
});

describe("a row of the timeline", () => {
  it("leads to its node", () => {
    const { entries, messages, toolCalls } = events.reduce(reduceTimeline, initialTimeline);
    const nodes = [...toolCalls.toolCalls.map((of) => nodeOf({ kind: "tool_call", of }, tree)), ...messages.messages.map((of) => nodeOf({ kind: "message", of }, tree))];
    expect(nodes.map((node) => node === undefined ? undefined : node.startMs! - 1.7e12)).toEqual([2000, 6000, 5000, 8000, 11_000]);
    const rows = entries.flatMap((entry) => (entry.kind === "event" ? [nodeOf({ kind: "event", of: entry.event }, tree)?.name] : []));
    expect(rows).toEqual(["a", "b", "b", undefined]);
  });

  it("leads there too when a filter left out its start", () => {
    const [call] = events.slice(9, 10).reduce(reduceTimeline, initialTimeline).toolCalls.toolCalls;
    expect(nodeOf({ kind: "tool_call", of: call! }, tree)?.outcome).toBe("failed");
  });
});

it("a node is found by its reference", () => {
  for (const node of traceNodes(tree)) expect(nodeNamed(tree, referenceOf(node))).toBe(node);
  expect(nodeNamed(tree, "run~none")).toBeUndefined();
});
