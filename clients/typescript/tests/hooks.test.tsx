// @vitest-environment jsdom
import "./support/dom.js";
import { StrictMode, useState } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import type { AgentEvent } from "../src/index.js";
import { EventStore, EventStreamProvider, useAgentEvents, type UseEventsOptions } from "../src/react/index.js";
import { numbers, upTo } from "./support/collect.js";
import { fakeServer, frame, started, status, stream } from "./support/fake-server.js";
import { eventually } from "./support/eventually.js";
import { setUp, show } from "./support/hooks.js";
import { newSession, notes, publish, serverUrl } from "./support/server.js";

describe("useAgentEvents", () => {
  it("gives all from the earliest, then what comes, once each, in StrictMode over one connection", async () => {
    const { baseUrl, sessionId, fetch, opened } = setUp();
    await publish(baseUrl, sessionId, ...notes(3));
    const { last } = show(() => useAgentEvents(sessionId, { baseUrl, fetch }), (child) => <StrictMode>{child}</StrictMode>);
    expect(last()).toMatchObject({ isConnected: false, state: "connecting", error: undefined });
    await eventually(() => expect(numbers(last().events)).toEqual([0, 1, 2]));
    expect(last()).toMatchObject({ isConnected: true, state: "open", lastEventId: expect.stringMatching(/-3$/) });
    await publish(baseUrl, sessionId, ...notes(2, 3));
    await eventually(() => expect(numbers(last().events)).toEqual(upTo(5)));
    expect(last().stats).toMatchObject({ total: 5, byType: { note: 5 }, errors: 0, evicted: 0, reconnects: 0 });
    expect(opened).toHaveLength(1);
  });

  it("lets go of its connection when it is unmounted, and tells handlers nothing more", async () => {
    const { baseUrl, sessionId, fetch, open } = setUp();
    const onEvent = vi.fn();
    const { last, unmount } = show(() => useAgentEvents(sessionId, { baseUrl, fetch, onEvent }));
    await eventually(() => expect(last().isConnected).toBe(true));
    expect(open.size).toBe(1);
    unmount();
    await eventually(() => expect(open.size).toBe(0));
    await publish(baseUrl, sessionId, ...notes(1));
    expect(onEvent).not.toHaveBeenCalled();
  });

  it("shows nothing of one session under another", async () => {
    const { baseUrl, sessionId, fetch, open } = setUp();
    const other = newSession();
    await publish(baseUrl, sessionId, ...notes(3));
    await publish(baseUrl, other, ...notes(2, 10));
    let change: (id: string | null) => void = () => {};
    const { results, last } = show(() => {
      const [id, setId] = useState<string | null>(sessionId);
      change = setId;
      return useAgentEvents(id, { baseUrl, fetch });
    });
    await eventually(() => expect(last().events).toHaveLength(3));
    change(other);
    await eventually(() => expect(numbers(last().events)).toEqual([10, 11]));
    expect(results.every(({ events }) => new Set(events.map((event) => event.session_id)).size <= 1)).toBe(true);
    await eventually(() => expect([...open]).toEqual([expect.stringContaining(other)]));
    change(null);
    await eventually(() => expect(last()).toMatchObject({ events: [], state: "idle", isConnected: false }));
    await eventually(() => expect(open.size).toBe(0));
  });

  it("has several components share one connection", async () => {
    const { baseUrl, sessionId, fetch, opened } = setUp();
    await publish(baseUrl, sessionId, ...notes(2));
    const views = [1, 2, 3, 4, 5, 6].map(() => show(() => useAgentEvents(sessionId, { baseUrl, fetch })));
    for (const { last } of views) await eventually(() => expect(last().events).toHaveLength(2));
    expect(opened).toHaveLength(1);
  });

  it("asks the newest getTicket, and a new one makes no new connection", async () => {
    const open: (() => void)[] = [];
    const { url, requests } = await fakeServer((response, request) => {
      stream(started("7-0"))(response, request);
      open.push(() => response.end());
    });
    let renders = 0;
    const { last, rerender } = show(() => {
      const ticket = `ticket-${++renders}`;
      return useAgentEvents("s", { baseUrl: url, retryMs: 10, getTicket: () => ticket });
    });
    await eventually(() => expect(last().isConnected).toBe(true));
    const first = renders;
    rerender();
    rerender();
    const newest = renders;
    expect(newest).toBeGreaterThan(first);
    expect(requests).toHaveLength(1);
    open[0]?.();
    await eventually(() => expect(requests).toHaveLength(2));
    expect(Number(requests[1]?.headers.authorization?.replace("Bearer ticket-", ""))).toBeGreaterThanOrEqual(newest);
  });

  it("shares a connection between components with one getTicket, and connects when there is one at last", async () => {
    const { url, requests } = await fakeServer((response, request) => (request.headers.authorization === undefined ? status(401)(response, request) : stream(started("7-0"))(response, request)));
    const getTicket = () => "a";
    let isSignedIn = false;
    const views = [1, 2].map(() => show(() => useAgentEvents("s", { baseUrl: url }), (child) => <EventStreamProvider {...(isSignedIn ? { getTicket } : {})}>{child}</EventStreamProvider>));
    for (const { last } of views) await eventually(() => expect(last().error?.status).toBe(401));
    const before = requests.length;
    isSignedIn = true;
    for (const { rerender } of views) rerender();
    for (const { last } of views) await eventually(() => expect(last().isConnected).toBe(true));
    expect(requests).toHaveLength(before + 1);
  });

  it("renders thousands of events in a few batches, and holds no more than it may", async () => {
    const { baseUrl, sessionId, fetch } = setUp();
    for (let i = 0; i < 5; i++) await publish(baseUrl, sessionId, ...notes(1000, i * 1000));
    const onEvent = vi.fn();
    const { results, last } = show(() => useAgentEvents(sessionId, { baseUrl, fetch, maxEvents: 2000, onEvent }));
    await eventually(() => expect(last().stats.total).toBe(5000));
    expect(numbers(last().events)).toEqual(upTo(5000).slice(3000));
    expect(last().stats).toMatchObject({ evicted: 3000, byType: { note: 5000 } });
    expect(numbers(onEvent.mock.calls.map(([event]) => event as AgentEvent))).toEqual(upTo(5000));
    expect(results.length).toBeLessThan(100);
  });

  it("tells its views in batches, not for each event", async () => {
    const { baseUrl, sessionId, fetch } = setUp();
    await publish(baseUrl, sessionId, ...notes(1000));
    const store = new EventStore({ sessionId }, () => ({ baseUrl, fetch }));
    const listener = vi.fn();
    const unsubscribe = store.subscribe(listener);
    await eventually(() => expect(store.getSnapshot().events).toHaveLength(1000));
    expect(listener.mock.calls.length).toBeLessThan(200);
    unsubscribe();
  });

  it("calls handlers by type, those of the latest render, and onEvent for all", async () => {
    const { baseUrl, sessionId, fetch, opened } = setUp();
    const calls: string[] = [];
    const options = (round: number): UseEventsOptions => ({
      baseUrl,
      fetch,
      handlers: {
        tool_call_delta: (event) => calls.push(`${round} ${event.payload.delta}`),
        note: (event) => calls.push(`${round} note ${String(event.payload.n)}`),
      },
      onEvent: (event) => calls.push(`${round} any ${event.type}`),
    });
    let round = 1;
    const { last, rerender } = show(() => useAgentEvents(sessionId, options(round)));
    await publish(baseUrl, sessionId, ...notes(1), { type: "tool_call_delta", payload: { tool_call_id: "t", delta: "half" } }, { type: "tool_call_delta", payload: { wrong: true } });
    await eventually(() => expect(last().events).toHaveLength(3));
    round = 2;
    rerender();
    await publish(baseUrl, sessionId, ...notes(1, 1));
    await eventually(() => expect(last().events).toHaveLength(4));
    expect(calls).toEqual(["1 note 0", "1 any note", "1 half", "1 any tool_call_delta", "1 any tool_call_delta", "2 note 1", "2 any note"]);
    expect(last().stats.malformed).toBe(1);
    expect(opened).toHaveLength(1);
  });

  it("calls the other handlers when one throws, and shows all the same", async () => {
    const reported = vi.spyOn(console, "error").mockImplementation(() => {});
    const { url } = await fakeServer(stream(started("1-0") + frame("note", { n: 0 }, "1-1") + frame("other", { n: 1 }, "1-2") + frame("note", { n: 2 }, "1-3")));
    const fail = () => { throw new Error("mine"); };
    const seen: unknown[] = [];
    const { last } = show(() => useAgentEvents("s", { baseUrl: url, handlers: { note: fail, other: (event) => seen.push(event.payload.n) }, onEvent: ({ payload }) => { seen.push(`any ${String((payload as { n: number }).n)}`); fail(); } }));
    await eventually(() => expect(numbers(last().events)).toEqual([0, 1, 2]));
    expect(seen).toEqual(["any 0", 1, "any 1", "any 2"]);
    expect(reported).toHaveBeenCalledTimes(5);
    reported.mockRestore();
  });

  it("counts a lost connection once however often it is tried, and as a gap only what says so", async () => {
    const { url, requests } = await fakeServer(
      stream(started("1-0") + frame("note", { n: 0 }, "1-1"), { end: true }),
      status(503),
      status(503),
      stream(started("1-1", "full"), { end: true }),
      stream(frame("session_stream_started", { message: "", cursor: "1-9", resume: "partial", reason: "expired", replayed: 0 }, "1-9") + frame("stream_gap", { from: "1-9", to: "1-10" }, "1-10")),
    );
    const { last } = show(() => useAgentEvents("s", { baseUrl: url, control: "all", retryMs: 10, maxRetryMs: 250 }));
    await eventually(() => expect(last().stats.byType).toMatchObject({ session_stream_started: 3, stream_gap: 1 }));
    expect(requests).toHaveLength(5);
    expect(last().stats).toMatchObject({ reconnects: 2, gaps: 2 });
  });

  it("clears what it shows, and goes on", async () => {
    const { baseUrl, sessionId, fetch } = setUp();
    await publish(baseUrl, sessionId, ...notes(3));
    const { last } = show(() => useAgentEvents(sessionId, { baseUrl, fetch }));
    await eventually(() => expect(last().events).toHaveLength(3));
    last().clear();
    await eventually(() => expect(last()).toMatchObject({ events: [], stats: { total: 0 }, isConnected: true }));
    await publish(baseUrl, sessionId, ...notes(1, 3));
    await eventually(() => expect(numbers(last().events)).toEqual([3]));
  });

  it("goes on after what a server has rendered", async () => {
    const { baseUrl, sessionId, fetch } = setUp();
    const ids = await publish(baseUrl, sessionId, ...notes(4));
    const initialEvents = notes(2).map((note, i) => ({ ...note, id: ids[i], session_id: sessionId })) as unknown as AgentEvent[];
    const options = { baseUrl, fetch, initialEvents, lastEventId: ids[1] as string };
    const View = () => <>{useAgentEvents(sessionId, options).events.length}</>;
    expect(renderToString(<View />)).toBe("2");
    const { last } = show(() => useAgentEvents(sessionId, options));
    await eventually(() => expect(numbers(last().events)).toEqual([0, 1, 2, 3]));
  });

  it.each([
    ["no such id", {}, "The server answered 400: session_id must be 1 to 128 characters", "closed"],
    ["..", {}, "sessionId is '..'; an id begins with a letter or digit.", "closed"],
    ["a", { baseUrl: "http://127.0.0.1:1" }, `can't be reached, or doesn't allow pages of ${location.origin} (the server lists them in Cors:Origins).`, "waiting"],
  ])("says in words what is wrong with %j %j", async (sessionId, options, message, state) => {
    const { last } = show(() => useAgentEvents(sessionId, { baseUrl: serverUrl(), ...options }));
    await eventually(() => expect(last()).toMatchObject({ state, isConnected: false }));
    expect(last().error?.message).toContain(message);
  });
});
