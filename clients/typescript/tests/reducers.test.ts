import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  initialApprovals, initialMessages, initialMetrics, initialRuns, initialTimeline, initialToolCalls, initialWorkflows,
  reduceApprovals, reduceMessages, reduceMetrics, reduceRuns, reduceTimeline, reduceToolCalls, reduceWorkflows, type AgentEvent,
} from "../src/index.js";

let second = 0;
const event = (type: string, payload: object, envelope: object = { run_id: "r1" }): AgentEvent =>
  ({ event_id: `e${++second}`, session_id: "s", timestamp: new Date(1_700_000_000_000 + second * 1000).toISOString(), type, payload, ...envelope }) as unknown as AgentEvent;

/** Freezes what a reducer is given, so that one that isn't pure fails. */
function run<S>(reduce: (state: S, event: AgentEvent) => S, initial: S, ...events: AgentEvent[]): S {
  return events.reduce((state, each) => reduce(deepFreeze(state), deepFreeze(each)), initial);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

describe("reduceMessages", () => {
  const messages = (...events: AgentEvent[]) => run(reduceMessages, initialMessages, ...events).messages;
  const delta = (id: string, text: string, envelope?: object) => event("agent_message_delta", { message_id: id, delta: text }, envelope);

  it("merges deltas by message_id, also of messages that alternate", () => {
    expect(messages(event("agent_message_start", { message_id: "a", agent: "x" }), delta("a", "1"), delta("b", "2"), delta("a", "3"))).toMatchObject([
      { id: "a", text: "13", agent: "x", status: "streaming" },
      { id: "b", text: "2", status: "streaming" },
    ]);
  });

  it("takes the text of the end for the whole, unless it was cut", () => {
    const end = (content: string, more = {}) => event("agent_message_end", { message_id: "a", content, ...more });
    expect(messages(delta("a", "hallo"), end("Hello."))).toMatchObject([{ text: "Hello.", status: "complete" }]);
    expect(messages(delta("a", "hello world"), end("hello", { content_truncated: true }))).toMatchObject([{ text: "hello world", status: "complete" }]);
    expect(messages(end("All at once."))).toMatchObject([{ text: "All at once.", status: "complete" }]);
  });

  it("replaces on update, and keeps whole messages", () => {
    expect(messages(event("message_created", { message_id: "a", role: "user", content: "one" }), event("message_updated", { message_id: "a", content: "two", replace: true }))).toMatchObject([
      { role: "user", text: "two", status: "complete" },
    ]);
  });

  it("begins anew when an id that has ended starts again, and keeps sessions and runs apart", () => {
    const turn = (text: string) => [event("agent_message_start", { message_id: "m1" }), delta("m1", text), event("agent_message_end", { message_id: "m1", content: text })];
    expect(messages(...turn("one"), ...turn("two")).map((message) => message.text)).toEqual(["one", "two"]);
    expect(messages(delta("m1", "a"), delta("m1", "b", { run_id: "r2" }), delta("m1", "c", { run_id: "r1", session_id: "t" })).map((message) => message.text)).toEqual(["a", "b", "c"]);
  });

  it("joins thoughts without ids, and keeps them apart from messages", () => {
    const thought = (text: string, agent = "x") => event("agent_thought_delta", { delta: text, agent });
    expect(messages(thought("a"), thought("b"), delta("m", "c"), thought("d", "y"), event("agent_thought", { content: "ab.", agent: "x" }), event("agent_thought", { content: "next", agent: "x" }))).toMatchObject([
      { kind: "thought", text: "ab.", status: "complete" },
      { kind: "message", text: "c" },
      { kind: "thought", text: "d", agent: "y" },
      { kind: "thought", text: "next" },
    ]);
  });

  it("marks what its run or session left open", () => {
    expect(messages(delta("a", "1"), delta("b", "2", { run_id: "r2" }), event("run_failed", { run_id: "r1", error: "x" }))).toMatchObject([{ status: "interrupted" }, { status: "streaming" }]);
    expect(messages(delta("a", "1"), event("session_ended", { session_id: "s", reason: "completed" }))).toMatchObject([{ status: "interrupted" }]);
  });
});

describe("reduceToolCalls", () => {
  const calls = (...events: AgentEvent[]) => run(reduceToolCalls, initialToolCalls, ...events).toolCalls;
  const start = (id = "t", envelope?: object) => event("tool_call_started", { tool_call_id: id, tool_name: "ls", args: { path: "/" }, agent: "x" }, envelope);
  const result = (payload: object, id = "t") => event("tool_call_result", { tool_call_id: id, tool_name: "ls", ...payload });

  it("matches progress and result", () => {
    expect(calls(start(), start("u"), event("tool_call_delta", { tool_call_id: "t", delta: "half " }), event("tool_call_delta", { tool_call_id: "t", delta: "done" }), result({ result: ["a"] }))).toMatchObject([
      { id: "t", name: "ls", agent: "x", args: { path: "/" }, progress: "half done", result: ["a"], status: "succeeded", durationMs: 4000 },
      { id: "u", status: "running" },
    ]);
  });

  it("puts arguments together that stream in", () => {
    const args = (text: string) => event("tool_call_args_delta", { tool_call_id: "t", delta: text });
    const end = event("tool_call_args_end", { tool_call_id: "t" });
    expect(calls(args('{"pa'), args('th":"/"}'), end)).toMatchObject([{ args: { path: "/" }, argsText: '{"path":"/"}' }]);
    expect(calls(args('{"pa'), end)).toMatchObject([{ args: undefined, argsText: '{"pa' }]);
  });

  it.each([
    [{ error: "no" }, "failed"],
    [{ error: { code: 1 } }, "failed"],
    [{ success: false }, "failed"],
    [{ error: "policy", blocked: true }, "blocked"],
    [{ error: "cancelled" }, "cancelled"],
    [{ error: null, result: 0 }, "succeeded"],
    [{}, "succeeded"],
  ])("reads %j as %s", (payload, status) => {
    expect(calls(start(), result(payload))).toMatchObject([{ status }]);
  });

  it("takes a result whose call wasn't seen, and a stated duration", () => {
    expect(calls(result({ result: 1 }))).toMatchObject([{ name: "ls", status: "succeeded", durationMs: undefined }]);
    expect(calls(start(), result({ duration_ms: 12.5 }))).toMatchObject([{ durationMs: 12.5 }]);
  });

  it("tells a repeated id from a new call, and cancels what its run left open", () => {
    expect(calls(start(), result({ result: 1 }), start(), result({ result: 2 })).map((call) => call.result)).toEqual([1, 2]);
    expect(calls(start(), event("run_cancelled", { run_id: "r1" }))).toMatchObject([{ status: "cancelled" }]);
  });
});

describe("reduceRuns", () => {
  const runs = (...events: AgentEvent[]) => run(reduceRuns, initialRuns, ...events).runs;
  const ofRun = (type: string, payload: object = {}) => event(type, { run_id: "r1", ...payload });

  it("follows a run to its end", () => {
    expect(runs(ofRun("run_created"), ofRun("run_started"), event("run_retry", { retry_count: 1, max_retries: 3, reason: "429" }), ofRun("run_completed", { output: 42, usage: { tokens: 7 } }))).toMatchObject([
      { id: "r1", status: "completed", output: 42, usage: { tokens: 7 }, retries: 1, durationMs: 2000 },
    ]);
    expect(runs(ofRun("run_started"), ofRun("run_failed", { error: "out of money" }))).toMatchObject([{ status: "failed", error: "out of money" }]);
  });

  it("knows a run that it joins in the middle, by whatever it does", () => {
    expect(runs(event("agent_message_delta", { message_id: "m", delta: "x", agent: "a" }))).toMatchObject([{ id: "r1", status: "running", agent: "a" }]);
    expect(runs(event("workflow_started", { workflow: "w", run_id: "r1" }))).toEqual([]);
  });

  it("takes the envelope's run for the payload's", () => {
    expect(runs(event("run_started", {}), event("run_completed", { output: "done" }))).toMatchObject([{ id: "r1", status: "completed", output: "done" }]);
    expect(run(reduceRuns, initialRuns, event("run_failed", {})).malformed).toHaveLength(1);
    expect(run(reduceRuns, initialRuns, event("run_started", {}, {})).malformed).toHaveLength(1);
  });

  it("waits for input, and goes on", () => {
    expect(runs(ofRun("run_started"), ofRun("run_awaiting_input"))).toMatchObject([{ status: "awaiting_input" }]);
    expect(runs(ofRun("run_started"), ofRun("run_awaiting_input"), event("agent_message_start", { message_id: "m" }))).toMatchObject([{ status: "running" }]);
  });

  it("stays the same object for what changes nothing, such as deltas", () => {
    const state = run(reduceRuns, initialRuns, ofRun("run_started"));
    expect(reduceRuns(state, event("agent_message_delta", { message_id: "m", delta: "x" }))).toBe(state);
  });
});

describe("reduceWorkflows", () => {
  const workflows = (...events: AgentEvent[]) => run(reduceWorkflows, initialWorkflows, ...events).workflows;

  it("follows steps and transitions", () => {
    expect(
      workflows(
        event("workflow_started", { workflow: "review", run_id: "r1" }),
        event("workflow_step_started", { run_id: "r1", step_id: "lint", description: "Lint" }),
        event("workflow_step_completed", { run_id: "r1", step_id: "lint", output: 3 }),
        event("workflow_transition", { run_id: "r1", from_step: "lint", to_step: "scan", reason: "done" }),
        event("workflow_step_started", { run_id: "r1", step_id: "scan", description: "Scan" }),
        event("workflow_completed", { run_id: "r1", result: { ok: true } }),
      ),
    ).toMatchObject([{ name: "review", status: "completed", result: { ok: true }, steps: [{ id: "lint", status: "completed", output: 3 }, { id: "scan", status: "cancelled" }], transitions: [{ from: "lint", to: "scan" }] }]);
  });

  it("follows nodes, workflow runs and the steps of agents", () => {
    const node = (status: string, progress: number) => event("workflow_node_state_updated", { node_id: "n", status, progress });
    expect(workflows(node("running", 0.2), node("completed", 1), event("workflow_run_failed", { run_id: "r1", error_message: "no" }))).toMatchObject([
      { status: "failed", error: "no", steps: [{ id: "n", status: "completed", progress: 1 }] },
    ]);
    expect(workflows(event("agent_step_started", { step_number: 1 }), event("agent_step_completed", { step_number: 1 }), event("agent_step_started", { step_number: 2 }))).toMatchObject([
      { steps: [{ id: "step 1", status: "completed" }, { id: "step 2", status: "running" }] },
    ]);
  });
});

describe("reduceMetrics", () => {
  const metric = (payload: object) => event("metrics_update", payload);

  it("follows numbers and sizes, nested extras and flat ones", () => {
    const { metrics } = run(
      reduceMetrics, initialMetrics,
      metric({ cpu: 45.2, memory_used: "2.1GB", disk_free: "50GiB", containers_running: 3, extra: { load: 1 } }),
      metric({ cpu: 50, memory_used: "n/a", disk_free: "50GB", containers_running: 3, load: 2 }),
    );
    expect(metrics.map(({ name, latest, points }) => [name, latest, points.map(({ value }) => value)])).toEqual([
      ["cpu", 50, [45.2, 50]],
      ["memory_used", "n/a", [2.1e9]],
      ["disk_free", "50GB", [50 * 1024 ** 3, 5e10]],
      ["containers_running", 3, [3, 3]],
      ["load", 2, [1, 2]],
    ]);
  });

  it("holds the newest points", () => {
    const { metrics } = run(reduceMetrics, initialMetrics, ...Array.from({ length: 400 }, (_, i) => metric({ cpu: i })));
    expect(metrics[0]?.points).toHaveLength(300);
    expect(metrics[0]?.points.at(-1)?.value).toBe(399);
  });
});

describe("reduceTimeline", () => {
  it("tells one story", () => {
    const { entries } = run(
      reduceTimeline, initialTimeline,
      event("run_started", { run_id: "r1" }),
      event("tool_call_started", { tool_call_id: "t", tool_name: "ls", args: {} }),
      event("agent_message_delta", { message_id: "m", delta: "a" }),
      event("tool_call_result", { tool_call_id: "t", tool_name: "ls" }),
      event("agent_message_end", { message_id: "m", content: "a" }),
      event("metrics_update", { cpu: 1 }), event("metrics_update", { cpu: 2 }),
      event("deployment_note", { text: "any" }),
      event("agent_message_delta", { message_id: 5 }),
    );
    expect(entries.map((entry) => (entry.kind === "event" ? `${entry.event.type} ${entry.repeats}` : entry.kind))).toEqual([
      "run_started 0", "tool_call", "message", "metrics_update 1", "deployment_note 0", "agent_message_delta 0",
    ]);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length);
  });
});

describe("all reducers", () => {
  const all = [
    [reduceMessages, initialMessages], [reduceToolCalls, initialToolCalls], [reduceRuns, initialRuns],
    [reduceWorkflows, initialWorkflows], [reduceMetrics, initialMetrics], [reduceTimeline, initialTimeline], [reduceApprovals, initialApprovals],
  ] as unknown as readonly (readonly [(state: unknown, event: AgentEvent) => unknown, unknown])[];
  const snapshots = new URL("../../../EventStream.Tests/Events/Snapshots/", import.meta.url);
  const samples = readdirSync(snapshots).filter((file) => file.endsWith(".json")).map((file) => JSON.parse(readFileSync(new URL(file, snapshots), "utf8")) as AgentEvent);

  it("take every event of the catalogue, whatever stands in its payload", () => {
    const wrong: unknown[] = [null, 0, "x", true, [], {}, [null], { toString: null }, undefined];
    for (const [reduce, initial] of all) {
      let state = initial;
      for (const sample of samples) {
        state = reduce(deepFreeze(state), deepFreeze(sample));
        for (const member of Object.keys(sample.payload)) {
          for (const value of wrong) state = reduce(deepFreeze(state), { ...sample, payload: { ...sample.payload, [member]: value } } as AgentEvent);
        }
        state = reduce(state, { ...sample, payload: {} } as AgentEvent);
        state = reduce(state, { ...sample, type: "constructor" } as unknown as AgentEvent);
      }
      expect(state).toBeDefined();
    }
  });

  it("keep what has a wrong shape as it came, and not without end", () => {
    const raw = event("tool_call_started", { tool_call_id: 7 });
    expect(run(reduceToolCalls, initialToolCalls, raw)).toEqual({ toolCalls: [], begun: 0, malformed: [raw] });
    expect(run(reduceMessages, initialMessages, ...Array.from({ length: 150 }, () => event("agent_thought", {}))).malformed).toHaveLength(100);
  });

  it("are bounded", () => {
    const state = run(reduceMessages, initialMessages, ...Array.from({ length: 5003 }, (_, i) => event("message_created", { message_id: `m${i}` })));
    expect(state.messages).toHaveLength(5000);
    expect(state.messages[0]?.id).toBe("m3");
    expect(state.begun).toBe(5003);
  });
});
