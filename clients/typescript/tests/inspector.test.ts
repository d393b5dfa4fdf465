import { describe, expect, it } from "vitest";
import { demoScript } from "../inspector/src/demo/script.js";
import { filtered, groupOf, noFilter } from "../inspector/src/filter.js";
import { describeControl, missingBefore, published, story } from "../inspector/src/journal.js";
import { Meter } from "../inspector/src/meter.js";
import { addressOf, pathOf, placeOf, prefixOf } from "../inspector/src/place.js";
import { inputOf } from "../inspector/src/run-dialog.js";
import { commandOptions, publish, recentSessions } from "../inspector/src/server.js";
import { fakeServer, status } from "./support/fake-server.js";
import { type AgentEvent, hasExpectedShape, parseEvent, initialRuns, initialTimeline, initialToolCalls, initialWorkflows, reduceRuns, reduceTimeline, reduceToolCalls, reduceWorkflows } from "../src/index.js";
import { listQueryOf, listViewOf } from "../inspector/src/list-view.js";
import { queryOf, viewOf, withoutView, type View } from "../inspector/src/view.js";

let serial = 0;
const event = (type: string, payload: object, more: object = {}): AgentEvent =>
  ({ event_id: `e${++serial}`, session_id: "s", timestamp: "2026-11-21T10:00:00.000Z", type, payload, id: `1-${serial}`, ...more }) as unknown as AgentEvent;
const types = (events: readonly AgentEvent[]) => events.map((each) => each.type);

describe("the demo", () => {
  const events = demoScript("s", "take").map(({ event: each }) => event(each.type, each.payload, each));

  it("has the shapes of the catalogue, and no event after the end of its run", () => {
    expect(events.filter((each) => !hasExpectedShape(each))).toEqual([]);
    const ended = new Set<string | undefined>();
    for (const each of events) {
      expect(ended).not.toContain(each.run_id);
      if (each.type === "run_completed") ended.add(each.run_id);
    }
    expect(ended.size).toBe(3);
  });

  it("takes about half a minute", () => {
    const ms = demoScript("s", "take").reduce((sum, { afterMs }) => sum + afterMs, 0);
    expect(ms).toBeGreaterThan(20_000);
    expect(ms).toBeLessThan(45_000);
  });

  it("ends well, after an error that it gets over", () => {
    const { runs } = events.reduce(reduceRuns, initialRuns);
    expect(runs.map((run) => [run.status, run.retries])).toEqual([["completed", 0], ["completed", 0], ["completed", 1]]);
    const { toolCalls } = events.reduce(reduceToolCalls, initialToolCalls);
    expect(toolCalls.filter((call) => call.status !== "succeeded").map((call) => call.status)).toEqual(["failed"]);
    const { workflows } = events.reduce(reduceWorkflows, initialWorkflows);
    expect(workflows.map((workflow) => [workflow.status, workflow.steps.every((step) => step.status === "completed")])).toEqual([["completed", true]]);
  });
});

describe("filters", () => {
  const events = [
    event("agent_message_delta", { message_id: "m1", delta: "Three cont" }),
    event("agent_message_delta", { message_id: "m1", delta: "ainers." }),
    event("agent_message_delta", { message_id: "m2", delta: "Nothing." }),
    event("tool_call_started", { tool_call_id: "t1", tool_name: "docker_ps", args: {} }),
    event("tool_call_result", { tool_call_id: "t1", tool_name: "docker_ps", result: "Containers: 3" }),
    event("own_type", { text: "containers" }),
  ];

  it("let everything pass that nothing is asked of", () => {
    expect(filtered(events, noFilter)).toBe(events);
  });

  it("find text that deltas have cut, and whole messages and calls", () => {
    expect(filtered(events, { ...noFilter, text: " CONTAINERS " })).toEqual([events[0], events[1], events[3], events[4], events[5]]);
    expect(filtered(events, { ...noFilter, text: "m2" })).toEqual([events[2]]);
    expect(filtered(events, { ...noFilter, text: "absent" })).toEqual([]);
  });

  it.each([
    ["backslashes", "C:\\temp", [0]],
    ["backslashes as JSON has them", "C:\\\\temp", [0]],
    ["quotes", '"dry run"', [1]],
    ["JSON as it is laid out", '"path": "c:', [0]],
    ["JSON as it came", '"path":"c:', [0]],
    ["numbers as they came", "9007199254740993", [2]],
    ["decimals as they came", "1.10", [2]],
    ["titles", "own note", [3]],
    ["values in words", "Disks 3, Full sda", [4]],
    ["lines and blanks", "two lines", [3]],
    ["letters that have two codes", "caf\u00e9", [3]],
    ["thoughts without an id", "wonder why", [5, 6]],
    ["characters that are cut", "so \u{1f600} well", [7, 8]],
  ])("find %s", (_, text, expected) => {
    const shown = [
      event("note", { path: "C:\\temp", enough: "to be laid out in more than one line of the page" }),
      event("note", { text: 'a "dry run" only' }),
      parseEvent('{"type":"note","session_id":"s","timestamp":"2026-11-21T10:00:00.000Z","payload":{"big":9007199254740993,"price":1.10}}', "1-9") as AgentEvent,
      event("own_note", { text: "two \n\tlines", other: "cafe\u0301" }),
      event("run_completed", { run_id: "r1", output: { disks: 3, full: ["sda"] } }),
      event("agent_thought_delta", { delta: "I won", agent: "x" }),
      event("agent_thought_delta", { delta: "der why", agent: "x" }),
      event("agent_message_delta", { message_id: "m1", delta: "so \ud83d" }),
      event("agent_message_delta", { message_id: "m1", delta: "\ude00 well" }),
    ];
    expect(filtered(shown, { ...noFilter, text })).toEqual(expected.map((at) => shown[at]));
  });

  it.each([
    ["ids that are numbers", "ing wi", [0, 1]],
    ["the duration of a call", "1.2 s", [2, 3]],
    ["the status of a call", "cancelled", [4]],
    ["the status of a message", "interrupted", [5]],
    ["who spoke", "thought", [6]],
  ])("find %s", (_, text, expected) => {
    const at = (ms: number, told: AgentEvent) => ({ ...told, timestamp: new Date(1_700_000_000_000 + ms).toISOString(), run_id: "r1" }) as AgentEvent;
    const shown = [
      event("agent_message_delta", { message_id: 7, delta: "someth" }),
      event("agent_message_delta", { message_id: 7, delta: "ing wise" }),
      at(0, event("tool_call_started", { tool_call_id: true, tool_name: "ls", args: {} })),
      at(1200, event("tool_call_result", { tool_call_id: true, tool_name: "ls", result: "ok" })),
      at(1, event("tool_call_started", { tool_call_id: "t2", tool_name: "rm", args: {} })),
      at(2, event("agent_message_delta", { message_id: "m8", delta: "so" })),
      event("agent_thought_delta", { message_id: "m9", delta: "hm" }),
      at(5000, event("run_failed", { run_id: "r1", error: "gone" })),
    ];
    const timeline = shown.reduce(reduceTimeline, initialTimeline);
    expect(filtered(shown, { ...noFilter, text }, timeline)).toEqual(expected.map((index) => shown[index]));
  });

  it("go by kind and type, unknown ones too", () => {
    expect(types(filtered(events, { ...noFilter, groups: ["Tools"] }))).toEqual(["tool_call_started", "tool_call_result"]);
    expect(types(filtered(events, { ...noFilter, groups: ["Tools", "Other"], type: "own_type" }))).toEqual(["own_type"]);
    expect(groupOf("__proto__")).toBe("Other");
  });
});

describe("the journal", () => {
  const started = (payload: object) => event("session_stream_started", { message: "", cursor: "1-1", resume: "full", replayed: 2, ...payload });

  it("tells a first connection from one that came back, and both from a gap", () => {
    expect(describeControl(started({}), true)?.kind).toBe("open");
    expect(describeControl(started({}), false)).toMatchObject({ kind: "back", text: "Connected again; nothing was missed. 2 events were fetched from the log." });
    expect(describeControl(started({ resume: "partial", reason: "expired" }), false)?.kind).toBe("gap");
    expect(describeControl(started({ resume: "partial", reason: "expired", cursor: "0-0", replayed: 0 }), false)?.text).toBe(
      "Connected, but events may be missing: the server holds nothing of this session any more: its log has expired, or the server keeps events in memory and was started anew.");
    expect(describeControl(event("stream_gap", { from: "1-1", to: "1-4" }), false)?.text).toContain("1-4");
    expect(describeControl(event("stream_closing", { reason: "a_new_one", reconnect: true }), false)?.text).toContain("a_new_one");
    expect(describeControl(event("stream_gap", {}), false)).toBeUndefined();
  });

  it("tells the timeline of what concerns a reader", () => {
    const events = [started({}), event("a", {}), event("heartbeat", { cursor: "1-1" }), event("stream_closing", { reason: "draining", reconnect: true }), started({}), event("stream_gap", { from: "1-1", to: "1-4" }), started({ reason: "expired" })];
    expect(types(story(events))).toEqual(["a", "connected_again", "stream_gap", "session_stream_started"]);
    expect(story(events)[1]).toBe(story(events)[1]);
  });
});

describe("what isn't held", () => {
  it("is told by where the first event stands, whatever the server's own frames are", () => {
    const started = event("session_stream_started", { message: "", cursor: "1-9", resume: "full", replayed: 1 }, { id: "1-9" });
    expect(missingBefore([started, event("a", {}, { id: "1-5" }), event("a", {}, { id: "1-6" })])).toBe(4);
    expect(missingBefore([started, event("heartbeat", {}, { id: undefined }), event("a", {}, { id: "7-1" })])).toBe(0);
    expect(missingBefore([started])).toBe(0);
  });

  it("is no event that was published: the server's own frames aren't counted", () => {
    expect(published({ total: 9, byType: { a: 4, heartbeat: 3, session_stream_started: 2 } } as unknown as Parameters<typeof published>[0])).toBe(4);
  });
});

describe("the form for a run", () => {
  it.each([
    [" why? ", "why?"],
    ["42", "42"],
    ['{"question":"why?"}', { question: "why?" }],
    ["[1]", [1]],
    ['"why?"', "why?"],
    ['"why?" she asked', '"why?" she asked'],
  ])("takes %j for %j", (text, input) => {
    expect(inputOf(text)).toEqual(input);
  });

  it("says that what begins like JSON is none", () => {
    expect(() => inputOf("{oops")).toThrow("The input begins like JSON, and is none: ");
  });

  it("shows another server nothing of this one's", async () => {
    const { url, requests } = await fakeServer(status(401));
    const { headers, credentials, fetch: own } = commandOptions(url);
    expect([(headers as () => object)(), credentials]).toEqual([{}, "omit"]);
    expect((await own?.(url, {}))?.status).toBe(401);
    expect(requests).toHaveLength(1);
  });
});

describe("a server that isn't EventStream", () => {
  const words = "The answer isn't EventStream's; is that its address?";

  it.each(["{}", '{"sessions":[null]}', '{"sessions":[{"session_id":1,"started_at":""}]}', "null", "[]", "<!doctype html>"])("is found out by %s", async (body) => {
    const { url } = await fakeServer(status(200, {}, body));
    expect(await recentSessions(url, new AbortController().signal)).toEqual({ isOk: false, words });
    expect(await publish(url, "s", { type: "note", payload: {} })).toEqual({ isOk: false, words });
  });

  it("isn't one that answers as EventStream does", async () => {
    const { url } = await fakeServer(status(200, {}, '{"sessions":[{"session_id":"s","started_at":"2026-11-21T10:00:00Z"}]}'), status(200, {}, '{"event_id":"e","outcome":"run_ended"}'));
    expect(await recentSessions(url, new AbortController().signal)).toMatchObject({ isOk: true, value: [{ session_id: "s" }] });
    expect(await publish(url, "s", { type: "note", payload: {} })).toMatchObject({ isOk: true, value: { event_id: "e" } });
  });
});

describe("the meter", () => {
  it("counts what comes live, with its age, and not what is repeated", () => {
    const meter = new Meter();
    const now = Date.parse("2026-11-21T10:00:00.500Z");
    meter.record(event("session_stream_started", { replayed: 1 }), now);
    for (let i = 0; i < 4; i++) meter.record(event("note", {}), now + i);
    meter.record(event("heartbeat", {}, { id: undefined }), now);
    const seconds = meter.read(now + 1000);
    expect(seconds).toHaveLength(60);
    expect(seconds.at(-1)).toEqual({ count: 3, medianMs: 502 });
    expect(seconds.at(-2)).toEqual({ count: 0, medianMs: undefined });
  });

  it("forgets what is older than a minute", () => {
    const meter = new Meter();
    for (let second = 0; second < 200; second++) meter.record(event("note", {}), second * 1000);
    expect(meter.read(200_000).every(({ count }) => count === 1)).toBe(true);
    expect(meter.read(400_000).every(({ count }) => count === 0)).toBe(true);
  });
});

describe("the address", () => {
  const at = (path: string) => placeOf(new URL(path, "http://localhost:8000"));

  it("names the session", () => {
    expect(at("/")).toEqual({ source: undefined, server: undefined, file: undefined, speed: 1 });
    expect(at("/events/demo").source?.sessionId).toBe("demo");
    expect(at("/api/events/a%20b/").source?.sessionId).toBe("a b");
    expect(at("/events/%zz").source?.sessionId).toBe("%zz");
    expect(at("/events/demo/history").source).toBeUndefined();
    expect(at("/events/demo?server=http://other:1&speed=-3")).toMatchObject({ server: "http://other:1", speed: 1 });
  });

  it("names a project, or the broadcast", () => {
    expect(at("/projects/a%20b/events").source).toEqual({ projectId: "a b" });
    expect(at("/projects/events/events/").source).toEqual({ projectId: "events" });
    expect(at("/x/broadcast/events").source).toEqual({ broadcast: true });
    expect(prefixOf("/x/projects/p/events")).toBe("/x");
    expect(prefixOf("/broadcast/events")).toBe("");
    expect([{ sessionId: "s" }, { projectId: "p/q" }, { broadcast: true } as const].map(pathOf)).toEqual(["/events/s", "/projects/p%2Fq/events", "/broadcast/events"]);
  });

  it.each([
    ["/", "", undefined],
    ["/events/a", "", "a"],
    ["/api/events/a/", "", "a"],
    ["/eventstream/", "/eventstream", undefined],
    ["/eventstream/events/a", "/eventstream", "a"],
    ["/x/y/api/events/a", "/x/y", "a"],
    ["/events/", "/events", undefined],
    ["/events/events/a", "/events", "a"],
    ["//other.example/events/a", "/other.example", "a"],
  ])("of %s has the prefix '%s'", (path, prefix, sessionId) => {
    expect(prefixOf(path)).toBe(prefix);
    expect(at(`http://localhost:8000${path}`).source?.sessionId).toBe(sessionId);
  });

  it("keeps the rest when the session changes", () => {
    Object.assign(globalThis, { location: { pathname: "/events/a", search: "?speed=2" } });
    expect(addressOf({ sessionId: "a b" })).toBe("/events/a%20b?speed=2");
    location.pathname = "/eventstream/";
    expect(addressOf({ sessionId: "a b" })).toBe("/eventstream/events/a%20b?speed=2");
  });
});

describe("the view in the address", () => {
  const view: View = { tab: "Trace", filter: { text: "a b&c", type: "note", groups: ["Tools", "Runs"] }, chosen: "run~r1~1", event: "e 7", zoom: { from: 1_764_471_600_000, to: 1_764_471_604_000 } };

  it("of the list of sessions is in the address, and nothing else of it is lost", () => {
    const query = listQueryOf({ text: "a b", filter: "failed" }, new URLSearchParams("server=http://x&q=old&tab=frames"));
    expect(query).toBe("?server=http%3A%2F%2Fx&q=a+b&status=failed");
    expect(listViewOf(new URLSearchParams(query))).toEqual({ text: "a b", filter: "failed" });
    expect(listQueryOf({ text: "", filter: "all" }, new URLSearchParams(query))).toBe("?server=http%3A%2F%2Fx");
    expect(listViewOf(new URLSearchParams("status=constructor"))).toEqual({ text: "", filter: "all" });
    expect(withoutView(new URLSearchParams("status=failed&q=a&server=x")).toString()).toBe("server=x");
  });

  it("comes back as it was, and leaves the rest of the query", () => {
    const query = queryOf(view, new URLSearchParams("server=http://x&tab=frames&speed=3"));
    expect(viewOf(new URLSearchParams(query))).toEqual({ ...view, filter: { ...view.filter, groups: ["Tools", "Runs"] } });
    expect(withoutView(new URLSearchParams(query)).toString()).toBe("server=http%3A%2F%2Fx&speed=3");
  });

  it("isn't there for what a session begins with, and ignores what is none", () => {
    const begin = viewOf(new URLSearchParams("tab=constructor&kinds=x,tools,,&zoom=9-3"));
    expect(begin).toMatchObject({ tab: "Timeline", zoom: undefined, filter: { groups: ["Tools"] } });
    expect(queryOf({ ...begin, filter: noFilter }, new URLSearchParams())).toBe("");
  });
});
