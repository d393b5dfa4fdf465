import { spawnSync } from "node:child_process";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createPublisher, type AgentEvent, type NewEvent, type PublisherOptions, type StreamError } from "../src/index.js";
import { fakeServer, problem, status, type Answer } from "./support/fake-server.js";
import { freePort, newSession, serverUrl, startRedis, startServer } from "./support/server.js";

const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
const note = (n: number, more: object = {}): NewEvent => ({ type: "note", payload: { n }, ...more });
const numbersOf = (events: readonly AgentEvent[]) => events.map(({ payload }) => (payload as { n: number }).n);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

async function logOf(baseUrl: string, sessionId: string): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for (let after = "0-0"; ; ) {
    const page = (await (await fetch(`${baseUrl}/events/${sessionId}/history?limit=1000&after=${after}`)).json()) as { events: AgentEvent[]; cursor: string; has_more: boolean };
    events.push(...page.events);
    after = page.cursor;
    if (!page.has_more) return events;
  }
}

/** Answers a request with a receipt for each of its events, and keeps the events. */
function storing(): { answer: Answer; taken: { event_id: string; type: string; payload: { n: number } }[][] } {
  const taken: { event_id: string; type: string; payload: { n: number } }[][] = [];
  return {
    taken,
    answer: (response, request) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        const events = JSON.parse(body) as (typeof taken)[number];
        taken.push(events);
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(events.map(({ event_id }, i) => ({ event_id, id: `1-${i + 1}`, outcome: "stored" }))));
      });
    },
  };
}

const publisherOf = (baseUrl: string, more: Partial<PublisherOptions> = {}) => createPublisher({ baseUrl, sessionId: "s", ...more });

describe("a publisher", () => {
  it("stores what it is given, in order and with an id and the time of the call", async () => {
    const to = { baseUrl: serverUrl(), sessionId: newSession() };
    const publisher = createPublisher(to);
    const before = Date.now();
    const payload = { n: 0 };
    const first = publisher.publish({ type: "note", payload, run_id: "r1" });
    payload.n = 99;
    for (let n = 1; n < 1_500; n++) void publisher.publish(note(n));
    await publisher.close();
    expect(await first).toMatchObject({ outcome: "stored", event_id: expect.stringMatching(/^[0-9a-f]{32}$/), id: expect.stringMatching(/-1$/) });
    const log = await logOf(to.baseUrl, to.sessionId);
    expect(numbersOf(log)).toEqual(upTo(1_500));
    expect(log[0]).toMatchObject({ run_id: "r1" });
    expect(Date.parse((log[0] as AgentEvent).timestamp)).toBeGreaterThanOrEqual(before - 1);
    expect(() => publisher.publish(note(0))).toThrow("The publisher is closed");
  });

  it("has typed payloads for types of the catalogue", async () => {
    const publisher = createPublisher({ baseUrl: serverUrl(), sessionId: newSession(), broadcast: true });
    expect(await publisher.publish({ type: "agent_message_delta", payload: { message_id: "m", delta: "so" } })).toMatchObject({ outcome: "stored" });
    // @ts-expect-error A message's delta is a text.
    await publisher.publish({ type: "agent_message_delta", payload: { message_id: "m", delta: 7 } });
    await publisher.close();
  });

  it("stores an event once that is published twice under one id", async () => {
    const to = { baseUrl: serverUrl(), sessionId: newSession() };
    const publisher = createPublisher(to);
    const [first, second] = await Promise.all([publisher.publish(note(1, { event_id: "mine" })), publisher.publish(note(1, { event_id: "mine" }))]);
    expect([first.outcome, second.outcome, second.id]).toEqual(["stored", "duplicate", first.id]);
    expect(await logOf(to.baseUrl, to.sessionId)).toHaveLength(1);
  });

  it("tells which event a server refuses, and stores the others", async () => {
    const to = { baseUrl: serverUrl(), sessionId: newSession() };
    const onFailed = vi.fn();
    const publisher = createPublisher({ ...to, onFailed });
    void publisher.publish(note(0));
    const wrong = publisher.publish({ type: "Not A Type" });
    const large = publisher.publish({ type: "note", payload: { text: "x".repeat(300_000) } });
    void publisher.publish(note(1));
    await expect(wrong).rejects.toMatchObject({ code: "refused", status: 400, title: expect.stringContaining("/1/type must be") });
    await expect(large).rejects.toMatchObject({ code: "refused", status: 413 });
    await expect(publisher.flush()).rejects.toMatchObject({ status: 400 });
    await publisher.flush();
    expect(numbersOf(await logOf(to.baseUrl, to.sessionId))).toEqual([0, 1]);
    expect(onFailed.mock.calls.map(([event]) => (event as NewEvent).type)).toEqual(["Not A Type", "note"]);
  });

  it("tells that a run has ended, whether of all its events or of some", async () => {
    const publisher = createPublisher({ baseUrl: serverUrl(), sessionId: newSession() });
    await publisher.publish({ type: "run_started", payload: { run_id: "r" } });
    await publisher.publish({ type: "run_completed", payload: { run_id: "r" } });
    const [late, other] = [publisher.publish(note(1, { run_id: "r" })), publisher.publish(note(2))];
    await expect(late).rejects.toMatchObject({ code: "refused", status: 409, message: "The event's run has ended and takes no further events." });
    expect(await other).toMatchObject({ outcome: "stored" });
    await expect(publisher.publish(note(3, { run_id: "r" }))).rejects.toMatchObject({ status: 409, title: expect.stringContaining("run 'r' has ended") });
    await expect(publisher.flush()).rejects.toMatchObject({ status: 409 });
  });
});

describe("a publisher and its server", () => {
  it.skipIf(!hasRedis)("lose nothing and store nothing twice when the server is killed and started again", { timeout: 60_000 }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.kill);
    const [port, sessionId] = [await freePort(), newSession()];
    let server = await startServer({ port, redis: redis.address });
    onTestFinished(() => server.kill());
    const publisher = createPublisher({ baseUrl: server.url, sessionId });
    let published = 0;
    const stored: Promise<unknown>[] = [];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 300; i++) {
        stored.push(publisher.publish(note(published++)));
        if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      // Amid its requests.
      await server.kill();
      for (let i = 0; i < 50; i++) stored.push(publisher.publish(note(published++)));
      server = await startServer({ port, redis: redis.address });
    }
    await publisher.close();
    await Promise.all(stored);
    expect(numbersOf(await logOf(server.url, sessionId))).toEqual(upTo(published));
  });

  it.each([
    ["429", status(429, { "retry-after": "0" })],
    ["503", problem(503, "Redis can't be reached.")],
    ["408", status(408)],
    ["502 of a proxy", status(502, { "content-type": "text/html" }, "<html>")],
    ["no answer", ((response) => void response.destroy()) as Answer],
    ["half an answer", ((response) => void response.writeHead(200, { "content-length": "100" }).end("[{", () => response.destroy())) as Answer],
  ])("go on under the same ids after %s", async (_, fault) => {
    const { answer, taken } = storing();
    let first: string | undefined;
    const { url } = await fakeServer((response, request) => {
      request.once("data", (part: Buffer) => (first = part.toString()));
      fault(response, request);
    }, answer);
    const publisher = publisherOf(url);
    await Promise.all([publisher.publish(note(0)), publisher.publish(note(1))]);
    expect(taken.map((events) => numbersOf(events as unknown as AgentEvent[]))).toEqual([[0, 1]]);
    if (first !== undefined) expect(JSON.parse(first)).toEqual(taken[0]);
  });

  it("try again when the server takes too long to answer", async () => {
    const { answer, taken } = storing();
    const { url, requests } = await fakeServer(() => {}, answer);
    const publisher = publisherOf(url, { connectTimeoutMs: 200 });
    await publisher.publish(note(7));
    expect(requests).toHaveLength(2);
    expect(taken).toHaveLength(1);
  });

  it("send less at once where a proxy takes less", async () => {
    const { answer, taken } = storing();
    const { url } = await fakeServer((response, request) => (Number(request.headers["content-length"]) > 2_000 ? status(413)(response, request) : answer(response, request)));
    const publisher = publisherOf(url);
    for (let n = 0; n < 100; n++) void publisher.publish(note(n));
    await publisher.flush();
    expect(taken.flat().map(({ payload }) => payload.n)).toEqual(upTo(100));
    expect(taken.length).toBeGreaterThan(4);
  });

  it("give events up after the retry budget, tell it, and go on", async () => {
    const { answer, taken } = storing();
    let isAway = true;
    const { url } = await fakeServer((response, request) => (isAway ? problem(503, "Redis can't be reached.") : answer)(response as never, request as never) as never);
    const publisher = publisherOf(url, { retryBudgetMs: 10 });
    await expect(publisher.publish(note(0))).rejects.toMatchObject({ code: "unavailable", status: 503, title: "Redis can't be reached." });
    isAway = false;
    await publisher.publish(note(1));
    await expect(publisher.flush()).rejects.toMatchObject({ status: 503 });
    expect(taken.flat()).toHaveLength(1);
  });

  it("don't repeat what a server refuses for good", async () => {
    const { url, requests } = await fakeServer(problem(403, "The caller lacks the grant 'publish session:s'."));
    const publisher = publisherOf(url, { headers: { authorization: "Bearer key" } });
    const both = [publisher.publish(note(0)), publisher.publish(note(1))];
    for (const one of both) await expect(one).rejects.toMatchObject({ code: "refused", status: 403 });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers.authorization).toBe("Bearer key");
  });

  it("say that too many events wait", async () => {
    const { url } = await fakeServer(problem(503, "no"));
    const publisher = publisherOf(url, { queueLimit: 2, retryBudgetMs: 10 });
    const last = [0, 1, 2].map((n) => publisher.publish(note(n)))[2];
    await expect(last).rejects.toMatchObject({ code: "overflow", message: "2 events wait already; await publish or flush now and then." });
    await expect(publisher.flush()).rejects.toMatchObject({ code: "overflow" });
  });
});

describe("a mistake of the publisher's user is told at once", () => {
  it.each([
    ["sessionId", { sessionId: "a b" }, "sessionId is 'a b'; it has 1 to 128 letters"],
    ["address", { baseUrl: "localhost:8000" }, "which is no address of http or https"],
    ["budget", { retryBudgetMs: 0 }, "retryBudgetMs is 0"],
    ["limit", { queueLimit: 0 }, "queueLimit is 0"],
    ["broadcast", { broadcast: "yes" }, "broadcast is 'yes'; it is true or false."],
  ])("about its %s", (_, wrong, message) => {
    expect(() => publisherOf("http://127.0.0.1:1", wrong as never)).toThrow(message);
  });

  it("about its events", () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const publisher = publisherOf("http://127.0.0.1:1");
    for (const wrong of [undefined, "note", {}, { type: 7 }]) expect(() => publisher.publish(wrong as never)).toThrow("An event is an object with a type");
    for (const payload of [cyclic, { a: 1n }]) expect(() => publisher.publish({ type: "note", payload })).toThrow("The event can't be written as JSON: ");
    expect((() => { try { void publisher.publish(undefined as never); } catch (error) { return (error as StreamError).code; } return ""; })()).toBe("invalid_option");
  });
});
