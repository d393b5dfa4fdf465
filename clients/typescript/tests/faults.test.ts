import { EventSource } from "eventsource";
import { describe, expect, it, vi } from "vitest";
import { createEventStream, type AgentEvent } from "../src/index.js";
import { collect, numbers } from "./support/collect.js";
import { eventually } from "./support/eventually.js";
import { fakeServer, frame, problem, started, status, stream } from "./support/fake-server.js";
import { freePort } from "./support/server.js";

const closing = (payload: object) => frame("stream_closing", payload);
const note = (offset: number) => frame("note", { n: offset }, `7-${offset}`);

describe.each(["fetch", "eventsource"] as const)("over %s", (transport) => {
  const to = (baseUrl: string) => ({ baseUrl, sessionId: "s", transport, EventSource, eventTypes: ["note"] });

  it.each([
    [401, problem(401, "Sign in first."), "The server answered 401: Sign in first."],
    [403, problem(403, "This session isn't yours."), "The server answered 403: This session isn't yours."],
    [404, status(404, { "content-type": "text/html" }, "<h1>?</h1>"), "The server answered 404: there is no such stream there; check baseUrl"],
  ])("%i ends it for good, in words", async (code, answer, message) => {
    const { url, requests } = await fakeServer(answer);
    const { state, stream } = collect(to(url));
    const { error } = await state("closed");
    expect(error).toMatchObject({ code: "refused", status: code, message });
    expect(stream.error).toBe(error);
    // An EventSource doesn't see the answer, so the request is sent once more.
    expect(requests).toHaveLength(transport === "fetch" ? 1 : 2);
  });

  it("an answer that is no stream ends it for good", async () => {
    const { url } = await fakeServer(status(200, { "content-type": "text/html" }, "<h1>Welcome</h1>"));
    const { state } = collect(to(url));
    expect((await state("closed")).error?.message).toBe("The answer is text/html and no text/event-stream; does baseUrl point at the server?");
  });

  it("204 ends it without an error", async () => {
    const { url } = await fakeServer(status(204));
    const { state } = collect(to(url));
    expect(await state("closed")).toEqual({ state: "closed", reason: "over" });
  });

  it("a broken connection is made again at the cursor", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0") + note(1) + note(2), { end: true }), stream(started("7-2", "full") + note(3)));
    const { count, state } = collect({ ...to(url), from: "earliest" });
    expect(numbers(await count(3))).toEqual([1, 2, 3]);
    expect((await state("waiting")).error?.code).toBe("ended");
    expect(requests.map((request) => new URL(request.url as string, url).search)).toEqual(["?heartbeat=event&from=earliest", "?heartbeat=event&last_event_id=7-2"]);
  });

  it("stream_closing says whether and when to come back", async () => {
    const { url, requests } = await fakeServer(
      stream(started("7-0") + note(1) + closing({ reason: "rotation", reconnect: true, retry_ms: 30 })),
      stream(started("7-1", "full") + note(2) + closing({ reason: "session_deleted", reconnect: false })),
    );
    const { events, changes, state } = collect({ ...to(url), retryMs: 10_000 });
    expect(await state("closed")).toMatchObject({ reason: "session_deleted" });
    expect(changes).toContainEqual({ state: "waiting", retryInMs: expect.any(Number), reason: "rotation", error: undefined });
    expect(changes.find((change) => change.state === "waiting")?.retryInMs).toBeLessThanOrEqual(250);
    expect(numbers(events)).toEqual([1, 2]);
    expect(requests).toHaveLength(2);
  });

  it("what a refusal of a full server asks for is heeded, though it came at once", async () => {
    const { url } = await fakeServer(stream(`retry: 20\n${closing({ reason: "busy", reconnect: true, retry_ms: 20 })}`), stream(started("7-0") + note(1)));
    const { count, changes } = collect({ ...to(url), retryMs: 10_000 });
    await count(1);
    expect(changes.map(({ state, reason }) => reason ?? state)).toEqual(["connecting", "busy", "connecting", "open"]);
  });

  it("silence is noticed, and heartbeats are no silence", async () => {
    const { url, requests } = await fakeServer(
      (response) => {
        stream(started("7-0"))(response, undefined as never);
        let offset = 0;
        const beat = setInterval(() => (offset < 8 ? response.write(frame("heartbeat", { cursor: `7-${++offset}` }, `7-${offset}`)) : clearInterval(beat)), 120);
      },
      stream(started("7-8", "full") + note(9)),
    );
    const { count, changes, stream: live } = collect({ ...to(url), watchdogMs: 600 });
    expect(numbers(await count(1))).toEqual([9]);
    expect(changes.find(({ state }) => state === "waiting")?.error).toMatchObject({ code: "silent", message: "Nothing came for 0.6 s, not even a heartbeat." });
    expect(requests[1]?.url).toContain("last_event_id=7-8");
    expect(live.lastEventId).toBe("7-9");
  });

  it("a server that is away is tried again, and said to be", async () => {
    const port = await freePort();
    const { state } = collect(to(`http://127.0.0.1:${port}`));
    const { error, retryInMs } = await state("waiting");
    expect(error?.isPermanent).toBe(false);
    expect(error?.message).toContain("can't be reached");
    expect(retryInMs).toBeGreaterThan(0);
  });

  it("a server that doesn't answer is tried again, and said to be", async () => {
    const { url } = await fakeServer(() => {}, stream(started("7-0") + note(1)));
    const { count, changes } = collect({ ...to(url), connectTimeoutMs: 300 });
    await count(1);
    expect(changes.find(({ state }) => state === "waiting")?.error?.message).toBe("The server hasn't answered for 0.3 s.");
  });

  it("a frame that is no event is warned of and passed over", async () => {
    const { url } = await fakeServer(stream(`${started("7-0")}event: note\ndata: {"type":\n\n${note(1)}`));
    const onWarning = vi.fn();
    const { count } = collect({ ...to(url), onWarning });
    expect(numbers(await count(1))).toEqual([1]);
    expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "unreadable", message: 'A frame of the stream is no event: {"type":' }));
  });

  it("an event that isn't logged has no cursor, and moves none", async () => {
    const { url } = await fakeServer(stream(started("7-0") + note(1) + frame("note", { n: 2 })));
    const { count, stream: live } = collect(to(url));
    expect((await count(2)).map(({ id }) => id)).toEqual(["7-1", undefined]);
    expect(live.lastEventId).toBe("7-1");
  });

  it("a gap is an event", async () => {
    const { url } = await fakeServer(stream(started("7-0") + note(1) + frame("stream_gap", { from: "7-1", to: "7-4" }, "7-4") + note(5)));
    const { count } = collect(to(url));
    expect((await count(3)).map(({ type, id }) => [type, id])).toEqual([["note", "7-1"], ["stream_gap", "7-4"], ["note", "7-5"]]);
  });
});

describe("over fetch", () => {
  it("an id without an event moves the cursor", async () => {
    const { url, requests } = await fakeServer(stream(`${started("7-0")}id: 7-6\n\n`, { end: true }), stream(started("7-6", "full") + note(7)));
    await collect({ baseUrl: url, sessionId: "s" }).count(1);
    expect(requests[1]?.url).toContain("last_event_id=7-6");
  });

  it("headers are sent, and asked for anew each time", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0"), { end: true }), stream(started("7-0", "full") + note(1)));
    let token = 0;
    await collect({ baseUrl: url, sessionId: "s", headers: async () => ({ authorization: `Bearer ${++token}` }) }).count(1);
    expect(requests.map((request) => request.headers.authorization)).toEqual(["Bearer 1", "Bearer 2"]);
    expect(requests[0]?.headers.accept).toBe("text/event-stream");
  });

  it("a listener that throws harms neither the stream nor the others", async () => {
    const { url, requests } = await fakeServer(stream(`${started("7-0") + note(1)}event: note\ndata: {\n\n${note(2)}`));
    const reported = vi.spyOn(console, "error").mockImplementation(() => {});
    const fail = () => { throw new Error("mine"); };
    const states: string[] = [];
    const events: AgentEvent[] = [];
    const live = createEventStream({ baseUrl: url, sessionId: "s", onStateChange: fail, onWarning: fail });
    live.onStateChange(({ state }) => states.push(state));
    live.onEvent(fail);
    live.onEvent((event) => events.push(event));
    await eventually(() => expect(numbers(events)).toEqual([1, 2]));
    expect(states).toEqual(["connecting", "open"]);
    live.close();
    expect(reported.mock.calls.map(([error]) => (error as Error).message)).toEqual(Array(6).fill("mine"));
    expect(requests).toHaveLength(1);
    reported.mockRestore();
  });

  it("a closed stream lets go of its connection, and a signal closes", async () => {
    let gone = 0;
    const { url } = await fakeServer((response, request) => {
      request.once("close", () => gone++);
      stream(started("7-0") + note(1))(response, request);
    });
    const controller = new AbortController();
    const { count, stream: live, changes } = collect({ baseUrl: url, sessionId: "s", signal: controller.signal });
    await count(1);
    controller.abort();
    expect(live.state).toBe("closed");
    expect(changes.at(-1)).toEqual({ state: "closed", reason: "closed" });
    await eventually(() => expect(gone).toBe(1));
  });

  it("a stream that is closed while it connects stays closed", async () => {
    const { url } = await fakeServer(stream(started("7-0") + note(1)));
    const events: unknown[] = [];
    const live = createEventStream({ baseUrl: url, sessionId: "s", onEvent: (event) => events.push(event) });
    live.close();
    const other = collect({ baseUrl: url, sessionId: "s" });
    await other.count(1);
    expect(events).toEqual([]);
    expect(live.state).toBe("closed");
  });

  it("text that is cut within a character comes out whole", async () => {
    const bytes = Buffer.from(started("7-0") + frame("note", { n: "ä€😀" }, "7-1"));
    const { url } = await fakeServer((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      let i = 0;
      const next = () => i < bytes.length && response.write(bytes.subarray(i, ++i), () => setImmediate(next));
      next();
    });
    expect(numbers(await collect({ baseUrl: url, sessionId: "s" }).count(1))).toEqual(["ä€😀"]);
  });
});
