import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ancestorsOf, initialTrace, reduceTrace, traceNodes, traceRows, traceTree, usageOf, type AgentEvent, type TraceNode } from "../src/index.js";

let second = 0;
const event = (type: string, payload: object, envelope: object = {}): AgentEvent =>
  ({ event_id: `e${++second}`, session_id: "s", timestamp: new Date(1_700_000_000_000 + second * 1000).toISOString(), type, payload, ...envelope }) as unknown as AgentEvent;

const begin = (run: string, of: { parent?: string; call?: string; agent?: string } = {}) => [
  event("run_created", { run_id: run, parent_run_id: of.parent ?? null, parent_tool_call_id: of.call ?? null, agent: of.agent ?? run }, { run_id: run }),
  event("run_started", { run_id: run }, { run_id: run }),
];
const call = (run: string, id: string, name = id) => event("tool_call_started", { tool_call_id: id, tool_name: name, args: {} }, { run_id: run });
const result = (run: string, id: string, more: object = {}) => event("tool_call_result", { tool_call_id: id, tool_name: "unknown", result: null, ...more }, { run_id: run });
const say = (run: string, id: string) => event("agent_message_delta", { message_id: id, delta: "hi" }, { run_id: run });
const end = (run: string, more: object = {}) => event("run_completed", { run_id: run, ...more }, { run_id: run });
const fail = (run: string) => event("run_failed", { run_id: run, error: "broken" }, { run_id: run });

const treeOf = (...events: readonly (AgentEvent | readonly AgentEvent[])[]): readonly TraceNode[] => traceTree(events.flat().reduce(reduceTrace, initialTrace));

/** The tree as indented names. */
const outline = (tree: readonly TraceNode[]): string[] => traceRows(tree, new Set()).map(({ node, depth }) => `${"  ".repeat(depth)}${node.kind} ${node.name}`);

describe("the latest time", () => {
  it("is the greatest that was told, though a publisher's clock is behind", () => {
    const told = (timestamp: string) => event("note", {}, { timestamp });
    const latestOf = (...times: readonly string[]) => times.map(told).reduce(reduceTrace, initialTrace).latest;
    expect(latestOf("2026-01-01T00:00:09.000Z", "2026-01-01T00:00:03.000Z")).toBe("2026-01-01T00:00:09.000Z");
    expect(latestOf("2026-01-01T00:00:09.000Z", "2026-01-01T01:00:10+01:00", "2026-01-01T00:00:03Z")).toBe("2026-01-01T00:00:10.000Z");
    expect(latestOf("2026-01-01T00:00:09.000Z", "soon")).toBe("2026-01-01T00:00:09.000Z");
    expect(latestOf("soon")).toBeUndefined();
    // What the server tells of a stream, it tells now, also of an old session.
    expect([told("2026-01-01T00:00:03.000Z"), event("session_stream_started", {}, { timestamp: "2026-02-01T00:00:00.000Z" })].reduce(reduceTrace, initialTrace).latest).toBe("2026-01-01T00:00:03.000Z");
  });
});

describe("traceTree", () => {
  it("puts a run below the tool call that it serves, and calls and messages into their run, as they began", () => {
    const tree = treeOf(begin("planner"), say("planner", "m"), call("planner", "c1", "delegate"), begin("worker", { parent: "planner", call: "c1" }), call("worker", "c1", "search"), result("worker", "c1"), end("worker"), result("planner", "c1"), end("planner"));
    expect(outline(tree)).toEqual(["run planner", "  message assistant", "  tool_call delegate", "    run worker", "      tool_call search"]);
  });

  it("puts what happens in a step into it, and what happens between steps into the run", () => {
    const step = (verb: string, number: number) => event(`agent_step_${verb}`, { step_number: number }, { run_id: "r" });
    const tree = treeOf(begin("r"), step("started", 1), call("r", "a"), result("r", "a"), step("completed", 1), say("r", "m"), step("started", 2), call("r", "b"), end("r"));
    expect(outline(tree)).toEqual(["run r", "  step step 1", "    tool_call a", "  message assistant", "  step step 2", "    tool_call b"]);
  });

  it("leaves what steps that go on side by side may both contain in the run", () => {
    const node = (id: string) => event("workflow_step_started", { step_id: id, description: id }, { run_id: "r" });
    const tree = treeOf(begin("r"), node("left"), node("right"), call("r", "a"));
    expect(outline(tree)).toEqual(["run r", "  step left", "  step right", "  tool_call a"]);
  });

  it("counts errors up the tree: failed tools, errors that a run went on after, failed and lost runs; not what was cancelled, or refused", () => {
    const tree = treeOf(
      begin("top"),
      call("top", "bad"), result("top", "bad", { error: "no" }),
      call("top", "refused"), result("top", "refused", { blocked: true }),
      event("run_error", { error_type: "E", message: "slow" }, { run_id: "top" }),
      begin("lost", { parent: "top" }), event("run_failed", { run_id: "lost", error: "gone", error_type: "lost" }, { run_id: "lost" }),
      begin("stopped", { parent: "top" }), call("stopped", "open"), event("run_cancelled", { run_id: "stopped" }, { run_id: "stopped" }),
      end("top"),
    );
    expect(Object.fromEntries(traceNodes(tree).map((node) => [node.name, node.errors]))).toEqual({ top: 3, bad: 1, refused: 0, lost: 1, stopped: 0, open: 0 });
    expect(traceNodes(tree).map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(["top done", "bad failed", "refused cancelled", "lost failed", "stopped cancelled", "open cancelled"]);
  });

  it("counts a failed run once, also when it told its error before", () => {
    expect(treeOf(begin("r"), event("run_error", { error_type: "E", message: "broken" }, { run_id: "r" }), fail("r"))[0]?.errors).toBe(1);
  });

  it("sums usage up the tree, and takes that of steps where the run tells none", () => {
    const tree = treeOf(begin("a"), begin("b", { parent: "a" }), event("agent_step_started", { step_number: 1 }, { run_id: "b" }),
      event("agent_step_completed", { step_number: 1, usage: { input: 5, output: 2 } }, { run_id: "b" }), end("b"), end("a", { usage: { total_tokens: 100, cost: 0.5 } }));
    expect(tree[0]?.usage).toMatchObject({ totalTokens: 107, cost: 0.5 });
    const told = treeOf(begin("a"), event("agent_step_completed", { step_number: 1, usage: { input: 5 } }, { run_id: "a" }), end("a", { usage: { input: 5 } }));
    expect(told[0]?.usage.totalTokens).toBe(5);
  });

  it("shows a call that waits for approval as waiting", () => {
    const asked = event("tool_approval_requested", { approval_id: "q", run_id: "r", tool_call_id: "c", tool_name: "send" }, { run_id: "r" });
    expect(traceNodes(treeOf(begin("r"), call("r", "c", "send"), asked)).map(({ status, outcome }) => [status, outcome]).at(-1)).toEqual(["awaiting_approval", "waiting"]);
  });

  it("stands what has no run, or a parent that isn't there, at the top", () => {
    const tree = treeOf(event("message_created", { message_id: "m", role: "user", content: "go" }), begin("r", { parent: "unknown", call: "c" }), event("tool_call_started", { tool_call_id: "c", tool_name: "alone", args: {} }));
    expect(outline(tree)).toEqual(["message user", "run r", "tool_call alone"]);
  });

  it("opens circles of parents, whatever they go through", () => {
    const own = treeOf(begin("a", { parent: "a" }));
    const two = treeOf(begin("a", { parent: "b" }), begin("b", { parent: "a" }), begin("c", { parent: "b" }));
    const byCall = treeOf(begin("a", { parent: "b", call: "x" }), begin("b", { parent: "a" }), call("b", "x"));
    expect([own, two, byCall].map((tree) => traceNodes(tree).length)).toEqual([1, 3, 3]);
  });

  it("takes the last call of an id before the run that serves it, since ids are used again", () => {
    const tree = treeOf(begin("p"), call("p", "1", "first"), result("p", "1"), begin("x", { parent: "p", call: "1" }), end("x"), call("p", "1", "second"), begin("y", { parent: "p", call: "1" }));
    expect(outline(tree)).toEqual(["run p", "  tool_call first", "    run x", "  tool_call second", "    run y"]);
  });

  it("never ends anything before it began, and has no bar for what has no time", () => {
    const late = (envelope: object) => ({ ...result("r", "c"), ...envelope }) as AgentEvent;
    const [run] = treeOf(begin("r"), call("r", "c"), late({ timestamp: "2001-01-01T00:00:00Z" }));
    expect(run?.children[0]).toMatchObject({ durationMs: 0 });
    const timeless = treeOf(begin("r"), { ...call("r", "c"), timestamp: "yesterday" } as AgentEvent);
    expect(timeless[0]?.children[0]).toMatchObject({ startMs: undefined, durationMs: undefined });
  });

  it("takes a chain of 4,000 runs, and 4,900 siblings", () => {
    const chain = Array.from({ length: 4000 }, (_, i) => begin(`r${i}`, i > 0 ? { parent: `r${i - 1}` } : {}));
    expect(traceRows(treeOf(...chain, fail("r3999")), new Set()).at(-1)).toMatchObject({ depth: 3999 });
    const siblings = Array.from({ length: 4900 }, (_, i) => call("r", `c${i}`));
    expect(treeOf(begin("r"), siblings)[0]?.children.length).toBe(4900);
  });

  it("has each run, call and message once, and every parent before its children, whatever comes", () => {
    const names = fc.constantFrom("a", "b", "c", "d");
    const anything = fc.oneof(
      fc.tuple(names, names, names).map(([run, parent, of]) => begin(run, { parent, call: of })),
      fc.tuple(names, names).map(([run, id]) => [call(run, id)]),
      fc.tuple(names, names).map(([run, id]) => [result(run, id)]),
      fc.tuple(names, names).map(([run, id]) => [say(run, id)]),
      names.map((run) => [end(run)]),
    );
    fc.assert(fc.property(fc.array(anything, { maxLength: 40 }), (parts) => {
      const state = parts.flat().reduce(reduceTrace, initialTrace);
      const nodes = traceNodes(traceTree(state));
      expect(new Set(nodes.map(({ key }) => key)).size).toBe(nodes.length);
      expect(nodes.length).toBe(state.runs.runs.length + state.toolCalls.toolCalls.length + state.messages.messages.length);
      expect(nodes.every(({ startMs, endMs }) => startMs === undefined || endMs === undefined || endMs >= startMs)).toBe(true);
    }));
  });
});

describe("traceRows", () => {
  const tree = treeOf(begin("a"), call("a", "x", "search"), result("a", "x", { error: "no" }), call("a", "y", "read"), begin("b"), call("b", "z", "write"));
  const names = (...given: [ReadonlySet<string>, ((node: TraceNode) => boolean)?]) => traceRows(tree, ...given).map(({ node }) => node.name);

  it("leaves out what folded nodes contain", () => {
    expect(names(new Set([tree[0]?.key as string]))).toEqual(["a", "b", "write"]);
  });

  it("shows what a filter wants with all that is above it, also in folded nodes", () => {
    expect(names(new Set([tree[0]?.key as string]), ({ outcome }) => outcome === "failed")).toEqual(["a", "search"]);
    expect(names(new Set(), () => false)).toEqual([]);
  });

  it("names what is above a node", () => {
    const wanted = traceNodes(tree).find(({ name }) => name === "write") as TraceNode;
    expect(ancestorsOf(tree, wanted.key).map(({ name }) => name)).toEqual(["b"]);
    expect(ancestorsOf(tree, "none")).toEqual([]);
  });
});

describe("usageOf", () => {
  it.each([
    [{ input_tokens: 3, output_tokens: 4 }, 7],
    [{ promptTokens: 3, completionTokens: 4, totalTokens: 9 }, 9],
    [{ input: 1, output: 2, cacheRead: 5 }, 3],
    [{ total: 8 }, 8],
    [{ model_usages: { a: { input_tokens: 1, total_tokens: 2 }, b: { total_tokens: 3 } } }, 5],
    [{ input: -1, output: "x" }, undefined],
    [null, undefined],
  ])("reads %j", (usage, total) => {
    expect(usageOf(usage).totalTokens).toBe(total);
  });

  it("reads money that is a text", () => {
    expect(usageOf({ total_cost_usd: "0.0125" }).cost).toBe(0.0125);
  });
});
