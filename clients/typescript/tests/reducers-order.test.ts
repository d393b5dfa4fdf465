import { describe, expect, it } from "vitest";
import { initialRuns, initialTimeline, initialWorkflows, reduceRuns, reduceTimeline, reduceWorkflows, type AgentEvent } from "../src/index.js";
import { parseJson } from "../src/wire.js";
import { begin, callsOf, completed, delta, end, entriesOf, event, messagesOf, result, start } from "./support/told.js";

describe("a call", () => {
  it("whose result comes first is one call, finished, and stays so at the run's end", () => {
    const calls = callsOf([result("a", "tc_77"), start({ path: "/" }, "tc_77"), completed()]);
    expect(calls).toMatchObject([{ id: "tc_77", status: "succeeded", result: "a", args: { path: "/" }, isStartKnown: true, durationMs: 0 }]);
    expect(entriesOf([result("a"), start({}), completed()])).toBe(1);
  });

  it("that begins anew with other arguments or in another run is a new one", () => {
    expect(callsOf([start({ n: 1 }), result("a"), start({ n: 2 }), result("b")])).toMatchObject([{ args: { n: 1 }, result: "a" }, { args: { n: 2 }, result: "b" }]);
    expect(callsOf([start({}, "t", "r1"), result("a", "t", "r1"), start({}, "t", "r2"), result("b", "t", "r2")])).toMatchObject([{ runId: "r1", result: "a" }, { runId: "r2", result: "b" }]);
    expect(callsOf([start({ n: 1 }), result("a"), result("b"), start({ n: 2 })])).toMatchObject([{ args: { n: 1 }, result: "a" }, { args: { n: 2 }, result: "b" }]);
  });

  it("that is started again with the same arguments is the finished one", () => {
    expect(callsOf([start({ n: 1 }), result("a"), start({ n: 1 }), completed()])).toMatchObject([{ status: "succeeded" }]);
    expect(callsOf([result("a"), start({}), start({}), completed()])).toMatchObject([{ status: "succeeded" }]);
  });

  it("may have a number as its id", () => {
    const numbered = (type: string, more: object) => event(type, { ...(parseJson('{"tool_call_id":12345678901234567890}') as object), tool_name: "ls", ...more });
    expect(callsOf([event("tool_call_started", { tool_call_id: 1, tool_name: "ls", args: {} }), result("a", "1")])).toMatchObject([{ id: "1", result: "a" }]);
    expect(callsOf([numbered("tool_call_started", { args: {} })])).toHaveLength(1);
    expect(messagesOf([event("agent_message_delta", { message_id: 7, delta: "a" }), event("agent_message_delta", { message_id: "7", delta: "b" })])).toMatchObject([{ id: "7", text: "ab" }]);
  });

  it.each([["true", "true"], ["1.10", "1.10"], ['{"turn":1}', '{"turn":1}'], ["[1,2]", "[1,2]"]])("may have the id %s, as messages and steps may", (json, id) => {
    const of = (type: string, more: object, name = "tool_call_id") => event(type, Object.assign(parseJson(`{"${name}":${json},"result":1.10}`) as object, more));
    const events = [of("tool_call_started", { tool_name: "ls", args: {} }), of("tool_call_delta", { delta: "a" }), of("tool_call_result", { tool_name: "ls" })];
    expect(callsOf(events)).toMatchObject([{ id, progress: "a", status: "succeeded", resultText: "1.10" }]);
    expect(events.reduce(reduceTimeline, initialTimeline)).toMatchObject({ entries: [{ kind: "tool_call" }], toolCalls: { malformed: [] } });
    expect(messagesOf([of("agent_message_delta", { delta: "a" }, "message_id"), of("agent_message_delta", { delta: "b" }, "message_id")])).toMatchObject([{ id, text: "ab" }]);
    expect([of("workflow_step_started", { run_id: "r1", description: "A" }, "step_id"), of("workflow_step_completed", { run_id: "r1", output: 1 }, "step_id")].reduce(reduceWorkflows, initialWorkflows).workflows).toMatchObject([{ steps: [{ id, status: "completed" }] }]);
  });

  it.each([null, [], {}])("is malformed when its id is %j, and is listed as it came", (id) => {
    const state = [event("tool_call_started", { tool_call_id: id, tool_name: "ls", args: {} })].reduce(reduceTimeline, initialTimeline);
    expect(state).toMatchObject({ entries: [{ kind: "event" }], toolCalls: { toolCalls: [], malformed: [{ type: "tool_call_started" }] } });
  });

  it("has the arguments that only its result tells", () => {
    expect(callsOf([event("tool_call_result", { tool_call_id: "t", tool_name: "ls", result: "a", args: { n: 2 } })])).toMatchObject([{ args: { n: 2 } }]);
    expect(callsOf([start({}), event("tool_call_result", { tool_call_id: "t", tool_name: "ls", result: "a", args: { n: 2 } })])).toMatchObject([{ args: { n: 2 } }]);
    expect(callsOf([start({ n: 1 }), result("a")])).toMatchObject([{ args: { n: 1 } }]);
  });

  it("isn't made anew by its own result once more, nor changed", () => {
    const once = callsOf([start({}), result({ a: [1] })]);
    const [call] = once;
    expect(callsOf([start({}), result({ a: [1] }), result({ a: [1] })])).toMatchObject([{ result: { a: [1] }, durationMs: call?.durationMs }]);
  });

  it("takes a result that comes after its run has cancelled it", () => {
    const cancelled = event("run_cancelled", { run_id: "r1" });
    expect(callsOf([start({}), cancelled, result("late")])).toMatchObject([{ status: "succeeded", result: "late" }]);
    expect(callsOf([start({}), event("tool_call_result", { tool_call_id: "t", tool_name: "ls", error: "cancelled" }), result("own")])).toMatchObject([{ status: "succeeded", result: "own", error: undefined }]);
  });

  it("of another tool is a new one, although the id and the arguments are those of a finished one", () => {
    const other = (type: string, payload: object) => event(type, { tool_call_id: "t", tool_name: "cat", ...payload });
    expect(callsOf([start({}), result("a"), other("tool_call_started", { args: {} }), other("tool_call_result", { result: "a" })])).toMatchObject([{ name: "ls", status: "succeeded" }, { name: "cat", status: "succeeded" }]);
    expect(callsOf([start({}), result("a"), other("tool_call_result", { result: "a" })])).toMatchObject([{ name: "ls" }, { name: "cat", isStartKnown: false }]);
    expect(callsOf([start({}), result("a"), event("tool_call_started", { tool_call_id: "t", tool_name: "unknown", args: {} })])).toHaveLength(1);
  });

  it("of another agent is a new one, and each agent's result is its own", () => {
    const of = (agent: string, type: string, payload: object) => event(type, { tool_call_id: "t", tool_name: "ls", agent, ...payload });
    const events = [of("a1", "tool_call_started", { args: {} }), of("a2", "tool_call_started", { args: {} }), of("a1", "tool_call_result", { result: 1 }), of("a2", "tool_call_result", { result: 1 })];
    expect(callsOf(events)).toMatchObject([{ agent: "a1", status: "succeeded" }, { agent: "a2", status: "succeeded" }]);
    expect(callsOf([...events.slice(0, 1), result(1)])).toMatchObject([{ agent: "a1", status: "succeeded" }]);
  });

  it("that returns to earlier arguments is a new one", () => {
    expect(callsOf([start({ q: 0 }), result("a"), start({ q: 1 }), result("b"), start({ q: 0 }), result("c")])).toMatchObject([{ result: "a" }, { result: "b" }, { result: "c" }]);
  });

  it("of another run goes on when a run ends, and so does one without a run", () => {
    const without = (type: string, payload: object) => ({ ...event(type, payload), run_id: undefined }) as unknown as AgentEvent;
    const calls = callsOf([start({}, "a", "r1"), start({}, "b", "r2"), without("tool_call_started", { tool_call_id: "c", tool_name: "ls", args: {} }), completed("r1")]);
    expect(calls.map(({ id, status }) => [id, status])).toEqual([["a", "cancelled"], ["b", "running"], ["c", "running"]]);
    expect(callsOf([...[start({}, "a")], { ...event("session_ended", { session_id: "other", reason: "completed" }), session_id: "other" } as AgentEvent])).toMatchObject([{ status: "running" }]);
  });

  it("that is open gets a result without a run, rather than a later one that has ended", () => {
    const bare = { ...result("a"), run_id: undefined } as unknown as AgentEvent;
    expect(callsOf([start({}, "t", "r1"), start({}, "t", "r2"), result("b", "t", "r2"), bare])).toMatchObject([{ result: "a" }, { result: "b" }]);
  });

  it("keeps arguments that came before its start, and numbers as they came", () => {
    const args = event("tool_call_args_delta", { tool_call_id: "t", delta: '{"price":1.10}' });
    expect(callsOf([args, event("tool_call_args_end", { tool_call_id: "t" }), start({})])).toMatchObject([{ args: { price: 1.1 }, status: "running" }]);
  });
});

describe("a step", () => {
  const workflowsOf = (...events: AgentEvent[]) => events.reduce(reduceWorkflows, initialWorkflows).workflows;
  const stepStarted = () => event("workflow_step_started", { step_id: "a", description: "A" });
  const stepCompleted = () => event("workflow_step_completed", { step_id: "a", output: 1 });
  const node = (status: string, progress = 0.5) => event("workflow_node_state_updated", { node_id: "a", status, progress });

  it.each([
    ["workflow_completed", { result: {} }, "completed"],
    ["workflow_run_failed", { status: "failed" }, "failed"],
    ["run_completed", { run_id: "r1" }, "completed"],
    ["run_failed", { run_id: "r1", error: "no" }, "failed"],
    ["run_cancelled", { run_id: "r1" }, "cancelled"],
    ["session_ended", { reason: "completed" }, "cancelled"],
  ])("that is open is cancelled by %s", (type, payload, status) => {
    for (const open of [stepStarted(), node("running")]) {
      const over = event(type, payload);
      expect(workflowsOf(open, over)).toMatchObject([{ status, endedAt: over.timestamp, steps: [{ id: "a", status: "cancelled", endedAt: over.timestamp }] }]);
    }
    expect(workflowsOf(stepStarted(), event(type, payload), stepCompleted())).toMatchObject([{ status, steps: [{ status: "completed", output: 1 }] }]);
    expect(workflowsOf(stepStarted(), stepCompleted(), event(type, payload))).toMatchObject([{ steps: [{ status: "completed" }] }]);
  });

  it("of another run or session goes on", () => {
    for (const other of [completed("r2"), { ...event("session_ended", {}), session_id: "s2" } as AgentEvent]) expect(workflowsOf(stepStarted(), other)).toMatchObject([{ status: "running", steps: [{ status: "running" }] }]);
  });

  it("that has ended stays one, and ended, when an earlier state of its node comes again", () => {
    expect(workflowsOf(node("running"), node("completed", 1), node("running"))).toMatchObject([{ steps: [{ status: "completed", progress: 1 }] }]);
    expect(workflowsOf(node("failed"), node("completed", 1))).toMatchObject([{ steps: [{ status: "completed", progress: 1 }] }]);
  });

  it("goes on when its workflow is resumed, unless it had ended before", () => {
    const [failed, resumed] = [event("workflow_run_failed", {}), event("workflow_run_resumed", {})];
    expect(workflowsOf(node("running"), failed, resumed, node("completed"))).toMatchObject([{ status: "running", steps: [{ status: "completed" }] }]);
    expect(workflowsOf(node("cancelled"), failed, resumed)).toMatchObject([{ steps: [{ status: "cancelled" }] }]);
    expect(workflowsOf(node("running"), failed, resumed)).toMatchObject([{ steps: [{ status: "running" }] }]);
  });
});

describe("a message", () => {
  it("of another agent is a new one, although both are open", () => {
    for (const type of ["agent_message_delta", "agent_thought_delta"]) {
      const said = (text: string, agent?: string) => event(type, { message_id: "0", delta: text, agent });
      expect(messagesOf([said("A", "a1"), said("B", "a2"), said("C", "a1"), said("D", "a2 ")])).toMatchObject([{ text: "AC", agent: "a1" }, { text: "BD", agent: "a2" }]);
      expect(messagesOf([said("A", "assistant"), said("B", "a1"), said("C")])).toMatchObject([{ text: "ABC" }]);
    }
  });

  it("has the whole text, wherever a delta was cut", () => {
    expect(messagesOf([delta("done \ud83d"), delta("\ude00 well"), end("done 😀 well")])).toMatchObject([{ text: "done 😀 well", status: "complete" }]);
    expect(messagesOf([delta(" \ud83d"), delta("\ude00 ")])[0]?.text).toBe(" 😀 ");
  });

  it("whose end comes first is one message, complete", () => {
    for (const events of [[end("Hello"), begin(), delta("Hel"), delta("lo")], [begin(), end("Hello"), delta("Hel"), delta("lo")], [delta("Hel"), end("Hello"), delta("lo")], [end("Hello"), begin()]]) {
      expect(messagesOf([...events, completed()])).toMatchObject([{ text: "Hello", status: "complete", untold: expect.any(String) }]);
    }
  });

  it("that ends again with another text, or goes on after its end, is a new one", () => {
    expect(messagesOf([end("one"), end("two")]).map(({ text }) => text)).toEqual(["one", "two"]);
    expect(messagesOf([delta("one"), end("one"), delta("two"), end("two")]).map(({ text }) => text)).toEqual(["one", "two"]);
    expect(messagesOf([end("on"), end("one"), end("one")]).map(({ text }) => text)).toEqual(["one"]);
    expect(messagesOf([end("whole text"), end("other", { content_truncated: true })])).toMatchObject([{ text: "whole text" }]);
  });

  it("may be created empty, and grow; created whole, it isn't told twice", () => {
    const created = (content?: string) => event("message_created", { message_id: "m", content });
    expect(messagesOf([created(), begin(), delta("a"), delta("b"), end("ab")])).toMatchObject([{ text: "ab", status: "complete" }]);
    expect(messagesOf([delta("ab"), created()])).toMatchObject([{ text: "ab", status: "streaming" }]);
    expect(messagesOf([created("ab"), delta("a"), delta("b")])).toMatchObject([{ text: "ab", status: "complete" }]);
    expect(messagesOf([created("ab"), delta(" c")])).toMatchObject([{ text: "ab c", status: "streaming" }]);
  });

  it("begins again by a delta that replaces, and is updated as the kind that it is", () => {
    expect(messagesOf([delta("a"), delta("b", { replace: true })])).toMatchObject([{ text: "b" }]);
    const thought = event("agent_thought_delta", { message_id: "m", delta: "a" });
    expect(messagesOf([thought, event("message_updated", { message_id: "m", content: "b" })])).toMatchObject([{ kind: "thought", text: "b" }]);
  });

  it("keeps its text when its end tells none", () => {
    expect(messagesOf([begin(), delta("He"), end(""), delta("llo")])).toMatchObject([{ text: "Hello", status: "complete" }]);
    expect(messagesOf([begin(), delta("Hello"), end("Hello"), end("")])).toMatchObject([{ text: "Hello", status: "complete" }]);
  });

  it("takes deltas that come after its end, when its start was told or its end came first", () => {
    for (const events of [[begin(), delta("He"), end("He"), delta("llo")], [begin(), delta("He"), end("He"), delta("l"), delta("lo"), completed()], [end(""), delta("He"), begin(), delta("llo")], [end(""), begin(), delta("He"), delta("llo")]]) {
      expect(messagesOf(events)).toMatchObject([{ text: "Hello", status: "complete" }]);
      expect(entriesOf(events)).toBe(1);
    }
    expect(messagesOf([begin(), delta("He"), end("He"), begin(), delta("llo")]).map(({ text, status }) => [text, status])).toEqual([["He", "complete"], ["llo", "streaming"]]);
  });

  it("has the text that its end told, however late deltas overtake each other", () => {
    expect(messagesOf([begin(), delta("He"), end("Hello world"), delta(" world"), delta("llo")])).toMatchObject([{ text: "Hello world", untold: "", status: "complete" }]);
    expect(messagesOf([end("Hello world"), delta(" world"), delta("Hello"), begin()])).toMatchObject([{ text: "Hello world", status: "complete" }]);
    expect(messagesOf([end("Hello"), delta("world")]).map(({ text }) => text)).toEqual(["Hello", "world"]);
  });

  it("that was interrupted isn't opened again by a late delta", () => {
    expect(messagesOf([delta("a"), event("run_failed", { run_id: "r1", error: "x" }), delta("b")])).toMatchObject([{ text: "ab", status: "interrupted" }]);
  });
});

describe("a thought told by deltas alone", () => {
  const thought = (text: string, agent = "x") => event("agent_thought_delta", { delta: text, agent });

  it("is complete when its run is", () => {
    expect(messagesOf([thought("a"), thought("b"), completed()])).toMatchObject([{ kind: "thought", text: "ab", status: "complete" }]);
    expect(messagesOf([delta("a"), completed()])).toMatchObject([{ kind: "message", status: "complete" }]);
  });

  it("is complete when its agent has gone on, and else interrupted, when its run fails", () => {
    const failed = event("run_failed", { run_id: "r1", error: "x" });
    expect(messagesOf([thought("a"), failed])).toMatchObject([{ status: "interrupted" }]);
    expect(messagesOf([thought("a"), delta("b", { agent: "y" }), failed]).map(({ status }) => status)).toEqual(["interrupted", "interrupted"]);
    expect(messagesOf([thought("a"), delta("b", { agent: "x" }), failed]).map(({ status }) => status)).toEqual(["complete", "interrupted"]);
  });
});

describe("runs and workflows", () => {
  const runs = (...events: AgentEvent[]) => events.reduce(reduceRuns, initialRuns).runs;
  const workflows = (...events: AgentEvent[]) => events.reduce(reduceWorkflows, initialWorkflows).workflows;
  const step = (verb: string, id = "a") => event(`workflow_step_${verb}`, { run_id: "r1", step_id: id, ...(verb === "started" ? { description: "A" } : { output: 1 }) });
  const workflow = (verb: string, name = "w") => event(`workflow_${verb}`, { run_id: "r1", ...(verb === "started" ? { workflow: name } : { result: { name } }) });

  it("that have ended stay so, whatever comes late", () => {
    for (const late of ["run_started", "run_created", "run_awaiting_input", "run_interrupt_requested"]) {
      expect(runs(completed(), event(late, { run_id: "r1" }), event("agent_status", { status: "busy" }))).toMatchObject([{ status: "completed", activity: undefined, durationMs: 0 }]);
    }
    expect(runs(event("run_started", { run_id: "r1" }), completed(), event("run_started", { run_id: "r1" }))).toMatchObject([{ status: "completed", durationMs: 1000 }]);
    expect(workflows(step("completed"), step("started"))).toMatchObject([{ steps: [{ id: "a", status: "completed", description: "A", output: 1 }] }]);
    expect(workflows(workflow("completed"), workflow("started"))).toMatchObject([{ name: "w", status: "completed", result: { name: "w" } }]);
    for (const late of ["created", "updated"]) {
      expect(workflows(event("workflow_run_completed", { run_id: "r1" }), event(`workflow_run_${late}`, { run_id: "r1" }))).toMatchObject([{ status: "completed", endedAt: expect.any(String) }]);
    }
    expect(workflows(event("workflow_run_failed", { run_id: "r1" }), event("workflow_run_resumed", { run_id: "r1" }))).toMatchObject([{ status: "running", endedAt: undefined }]);
  });

  it("that begin anew are new ones", () => {
    expect(workflows(step("started"), step("completed"), step("started"))[0]?.steps.map(({ status }) => status)).toEqual(["completed", "running"]);
    expect(workflows(workflow("started", "a"), workflow("completed", "a"), workflow("started", "b"), step("started"))).toMatchObject([{ name: "a", status: "completed", steps: [] }, { name: "b", status: "running", steps: [{ id: "a" }] }]);
  });
});
