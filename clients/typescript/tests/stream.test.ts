import { EventSource } from "eventsource";
import { describe, expect, it } from "vitest";
import { createEventStream, loadHistory, type AgentEvent } from "../src/index.js";
import { collect, numbers, upTo } from "./support/collect.js";
import { eventually } from "./support/eventually.js";
import { newSession, notes, publish, serverUrl as baseUrlOf } from "./support/server.js";

/** A fetch that counts its calls, and those that are still going on. */
function countingFetch() {
  const urls: string[] = [];
  const open = new Set<string>();
  const counting: typeof fetch = (input, init) => {
    const url = String(input);
    urls.push(url);
    open.add(url);
    init?.signal?.addEventListener("abort", () => open.delete(url));
    return fetch(input, init);
  };
  return { fetch: counting, urls, open };
}

describe.each(["fetch", "eventsource"] as const)("a stream over %s", (transport) => {
  const options = () => ({ baseUrl: baseUrlOf(), sessionId: newSession(), transport, EventSource, eventTypes: ["note"] });

  it("gives what is logged and what comes, in order, with cursors", async () => {
    const to = options();
    const ids = await publish(to.baseUrl, to.sessionId, ...notes(3));
    const { stream, count, state } = collect({ ...to, from: "earliest" });
    await count(3);
    await state("open");
    ids.push(...(await publish(to.baseUrl, to.sessionId, ...notes(2, 3))));
    const events = await count(5);
    expect(numbers(events)).toEqual(upTo(5));
    expect(events.map((event) => event.id)).toEqual(ids);
    expect(stream.lastEventId).toBe(ids[4]);
    expect(stream.verdict).toMatchObject({ resume: "none", replayed: 3 });
  });

  it("is live by default, and goes on after a cursor", async () => {
    const to = options();
    const ids = await publish(to.baseUrl, to.sessionId, ...notes(4));
    const live = collect(to);
    const resumed = collect({ ...to, lastEventId: ids[1] as string });
    await live.state("open");
    await resumed.count(2);
    await publish(to.baseUrl, to.sessionId, ...notes(1, 4));
    expect(numbers(await resumed.count(3))).toEqual([2, 3, 4]);
    expect(numbers(await live.count(1))).toEqual([4]);
    expect(resumed.stream.verdict).toMatchObject({ resume: "full" });
  });

  it("ends when the server says that the run is over, and doesn't come back", async () => {
    const to = { ...options(), runId: "run_1", close: "terminal" as const };
    await publish(to.baseUrl, to.sessionId, { type: "run_started", run_id: "run_1", payload: { run_id: "run_1" } }, { type: "run_completed", run_id: "run_1", payload: { run_id: "run_1" } });
    const { stream, events, state } = collect({ ...to, from: "earliest" });
    expect(await state("closed")).toMatchObject({ reason: "run_ended" });
    expect(events.map((event) => event.type)).toEqual(["run_started", "run_completed"]);

    const again = collect({ ...to, lastEventId: stream.lastEventId as string });
    expect(await again.state("closed")).toMatchObject({ reason: "over" });
    expect(again.stream.error).toBeUndefined();
  });

  it("says in words what the server refuses", async () => {
    const { state } = collect({ ...options(), sessionId: "no such id" });
    const { error } = await state("closed");
    expect(error).toMatchObject({ code: "refused", status: 400 });
    expect(error?.message).toContain("session_id must be 1 to 128 characters");
  });
});

describe("iteration", () => {
  const options = () => ({ baseUrl: baseUrlOf(), sessionId: newSession(), from: "earliest" as const });

  it("gives every event, and ends with the session", async () => {
    const to = { ...options(), close: "session" as const };
    await publish(to.baseUrl, to.sessionId, ...notes(20), { type: "session_ended", payload: { session_id: to.sessionId, reason: "completed" } });
    const events: AgentEvent[] = [];
    for await (const event of createEventStream(to)) events.push(event);
    expect(numbers(events.slice(0, 20))).toEqual(upTo(20));
    expect(events.at(-1)?.type).toBe("session_ended");
  });

  it("closes the stream when the loop is left", async () => {
    const to = options();
    await publish(to.baseUrl, to.sessionId, ...notes(2));
    const stream = createEventStream(to);
    for await (const event of stream) {
      expect(event.payload).toEqual({ n: 0 });
      break;
    }
    expect(stream.state).toBe("closed");
  });

  it("throws what ended the stream", async () => {
    const stream = createEventStream({ ...options(), sessionId: "no such id" });
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow("The server answered 400: session_id must be");
  });

  it("catches up by cursor when the consumer is slower than its queue, and loses nothing", async () => {
    const to = options();
    await publish(to.baseUrl, to.sessionId, ...notes(1000));
    const states: string[] = [];
    const stream = createEventStream({ ...to, queueLimit: 64, onStateChange: ({ state }) => states.push(state) });
    const events: AgentEvent[] = [];
    for await (const event of stream) {
      events.push(event);
      if (events.length === 1) await eventually(() => expect(stream.state).toBe("paused"));
      if (events.length === 1000) break;
    }
    expect(numbers(events)).toEqual(upTo(1000));
    expect(states.filter((state) => state === "paused").length).toBeGreaterThan(1);
  });

  it("drops the oldest when asked to, and says so", async () => {
    const to = options();
    await publish(to.baseUrl, to.sessionId, ...notes(100));
    const warnings: string[] = [];
    const stream = createEventStream({ ...to, queueLimit: 10, whenFull: "drop-oldest", onWarning: (warning) => warnings.push(warning.code) });
    const iterator = stream[Symbol.asyncIterator]();
    await eventually(() => expect(stream.lastEventId).toMatch(/-100$/));
    const events: AgentEvent[] = [];
    for (let i = 0; i < 10; i++) events.push((await iterator.next()).value as AgentEvent);
    expect(numbers(events)).toEqual(upTo(100).slice(90));
    expect(warnings).toContain("dropped");
    stream.close();
  });

  it("ends by an error when asked to, after what is queued", async () => {
    const to = options();
    await publish(to.baseUrl, to.sessionId, ...notes(100));
    const stream = createEventStream({ ...to, queueLimit: 10, whenFull: "error" });
    const iterator = stream[Symbol.asyncIterator]();
    await eventually(() => expect(stream.state).toBe("closed"));
    for (let i = 0; i < 10; i++) expect((await iterator.next()).value?.payload).toEqual({ n: i });
    await expect(iterator.next()).rejects.toMatchObject({ code: "overflow" });
    expect(stream.lastEventId).toMatch(/-10$/);
  });
});

describe("sharing", () => {
  it("has streams of one place read one connection", async () => {
    const { fetch, urls } = countingFetch();
    const to = { baseUrl: baseUrlOf(), sessionId: newSession(), from: "earliest" as const, fetch };
    await publish(to.baseUrl, to.sessionId, ...notes(3));
    const all = [collect(to), collect(to), collect(to)];
    for (const each of all) expect(numbers(await each.count(3))).toEqual([0, 1, 2]);
    expect(urls).toHaveLength(1);
  });

  it("gives who comes late all that it asks for, and then one connection to both", async () => {
    const { fetch, urls, open } = countingFetch();
    const to = { baseUrl: baseUrlOf(), sessionId: newSession(), from: "earliest" as const, fetch };
    await publish(to.baseUrl, to.sessionId, ...notes(5));
    const early = collect({ ...to, lastEventId: "0-0" });
    await early.count(5);
    const late = collect(to);
    expect(numbers(await late.count(5))).toEqual(upTo(5));
    expect(urls).toHaveLength(2);
    await eventually(() => expect([...open]).toEqual([urls[0]]));

    const third = collect({ ...to, lastEventId: early.stream.lastEventId as string });
    await publish(to.baseUrl, to.sessionId, ...notes(5, 5));
    expect(numbers(await early.count(10))).toEqual(upTo(10));
    expect(numbers(await late.count(10))).toEqual(upTo(10));
    expect(numbers(await third.count(5))).toEqual([5, 6, 7, 8, 9]);
    expect(urls).toHaveLength(2);

    // One connection is left, whichever reader leaves.
    early.stream.close();
    await publish(to.baseUrl, to.sessionId, ...notes(1, 10));
    expect(numbers(await late.count(11))).toEqual(upTo(11));
    expect(early.events).toHaveLength(10);
    expect(urls).toHaveLength(2);
  });

  it("keeps streams with other headers, filters or by wish apart", async () => {
    const { fetch, urls } = countingFetch();
    const to = { baseUrl: baseUrlOf(), sessionId: newSession(), fetch };
    const all = [collect(to), collect({ ...to, headers: { "x-user": "a" } }), collect({ ...to, types: ["tool_*"] }), collect({ ...to, share: false })];
    for (const each of all) await each.state("open");
    expect(urls).toHaveLength(4);
  });
});

describe("options", () => {
  it("filters, and keeps its place over what was left out", async () => {
    const to = { baseUrl: baseUrlOf(), sessionId: newSession() };
    const { stream, count, state } = collect({ ...to, from: "earliest", types: ["tool_*"] });
    await state("open");
    await publish(to.baseUrl, to.sessionId, ...notes(3), { type: "tool_call_args_end", payload: { tool_call_id: "tc_1" } }, ...notes(3));
    expect((await count(1)).map((event) => event.type)).toEqual(["tool_call_args_end"]);
    expect(stream.lastEventId).toMatch(/-4$/);
  });

  it("tells that a cursor was no good", async () => {
    const to = { baseUrl: baseUrlOf(), sessionId: newSession() };
    const { count } = collect({ ...to, lastEventId: "nonsense" });
    expect(await count(1)).toMatchObject([{ type: "session_stream_started", payload: { resume: "none", reason: "malformed_cursor" } }]);
  });

  it("gives the server's own frames when asked to", async () => {
    const { count } = collect({ baseUrl: baseUrlOf(), sessionId: newSession(), control: "all" });
    expect(await count(1)).toMatchObject([{ type: "session_stream_started", payload: { resume: "none" } }]);
  });

  it.each([
    [{}, "Say what to stream"],
    [{ sessionId: "" }, "sessionId is empty"],
    [{ sessionId: ".." }, "sessionId is '..'"],
    [{ sessionId: "a", baseUrl: "nowhere" }, "baseUrl is 'nowhere'"],
    [{ sessionId: "a", baseUrl: "http://x", queueLimit: 0 }, "queueLimit is 0"],
  ])("refuses %j in words", (options, message) => {
    expect(() => createEventStream(options as never)).toThrow(message);
  });

  it("builds the addresses of sessions, projects and the broadcast", () => {
    const baseUrl = "https://host/base/";
    const path = (options: object) => createEventStream({ baseUrl, ...options } as never).url;
    expect(path({ sessionId: "a:b@c" })).toBe("https://host/base/events/a%3Ab%40c?heartbeat=event");
    expect(path({ projectId: "p 1", types: ["run_*", "note"] })).toBe("https://host/base/projects/p%201/events?types=run_*%2Cnote&heartbeat=event");
    expect(path({ broadcast: true, names: "reverb" })).toBe("https://host/base/broadcast/events?names=reverb&heartbeat=event");
    expect(path({ sessionId: "s", dialect: "reverb" })).toBe("https://host/base/events/s?dialect=reverb&heartbeat=event");
    expect(path({ sessionId: "s", dialect: "canonical" })).toBe("https://host/base/events/s?heartbeat=event");
  });
});

describe("history", () => {
  it("is continued by a stream without a hole", async () => {
    const to = { baseUrl: baseUrlOf(), sessionId: newSession() };
    await publish(to.baseUrl, to.sessionId, ...notes(10));
    const page = await loadHistory({ ...to, limit: 4 });
    expect(numbers(page.events)).toEqual([0, 1, 2, 3]);
    expect(page.has_more).toBe(true);
    const { count } = collect({ ...to, lastEventId: page.cursor });
    expect(numbers(await count(6))).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it("says what is wrong", async () => {
    const to = { baseUrl: baseUrlOf(), sessionId: newSession() };
    await expect(loadHistory({ ...to, after: "nonsense" })).rejects.toMatchObject({ code: "refused", status: 400 });
    await expect(loadHistory({ ...to, baseUrl: "http://127.0.0.1:1" })).rejects.toMatchObject({ code: "unreachable" });
  });
});
