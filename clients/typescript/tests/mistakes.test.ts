import { EventSource } from "eventsource";
import { describe, expect, it } from "vitest";
import { createEventStream, loadHistory, type StreamOptions } from "../src/index.js";
import { EventStore } from "../src/react/index.js";
import { collect } from "./support/collect.js";
import { eventually } from "./support/eventually.js";
import { fakeServer, started, status, stream } from "./support/fake-server.js";

describe("an option that can't work is refused at once", () => {
  it.each([
    [{ watchdogMs: 0 }, "watchdogMs is 0; it is a number of ms above 0, or Infinity."],
    [{ watchdogMs: Number.NaN }, "watchdogMs is NaN"],
    [{ connectTimeoutMs: -1 }, "connectTimeoutMs is -1"],
    [{ retryMs: 9 }, "retryMs is 9; it is a number of ms, at least 10, or Infinity."],
    [{ maxRetryMs: 249 }, "maxRetryMs is 249; it is a number of ms, at least 250, or Infinity."],
    [{ maxRetryMs: "1000" }, "maxRetryMs is '1000'"],
    [{ queueLimit: Number.NaN }, "queueLimit is NaN"],
    [{ transport: "websocket" }, "transport is 'websocket'; it is 'fetch' or 'eventsource'."],
    [{ whenFull: "drop" }, "whenFull is 'drop'"],
    [{ control: "some" }, "control is 'some'"],
    [{ from: "start" }, "from is 'start'"],
    [{ close: true }, "close is true; it is 'never' or 'session' or 'terminal'."],
    [{ names: "short" }, "names is 'short'"],
    [{ dialect: "reverb-flat" }, "dialect is 'reverb-flat'; it is 'canonical' or 'reverb'."],
    [{ credentials: "always" }, "credentials is 'always'; it is 'omit' or 'same-origin' or 'include'."],
    [{ types: "tool_*" }, "types is 'tool_*'; it is a list of texts, such as ['tool_*']."],
    [{ types: [/tool/] }, "types is /tool/; it is a list of texts"],
    [{ eventTypes: "own" }, "eventTypes is 'own'"],
    [{ share: "no" }, "share is 'no'; it is true or false."],
    [{ runId: 7 }, "runId is 7; it is a text."],
    [{ lastEventId: 7 }, "lastEventId is 7"],
    [{ baseUrl: new URL("http://host") }, "baseUrl is an object; it is a text."],
    [{ queueLimit: "10" }, "queueLimit is '10'; it is a number, at least 1."],
    [{ headers: "authorization: x" }, "headers is 'authorization: x'; it is an object, Headers, or a function"],
    [{ headers: Promise.resolve({}) }, "headers is an object; it is an object, Headers, or a function that returns them."],
    [{ headers: null }, "headers is null"],
    [{ signal: true }, "signal is true; it is an AbortSignal."],
    [{ onEvent: {} }, "onEvent is an object; it is a function."],
    [{ onStateChange: 1 }, "onStateChange is 1"],
    [{ onWarning: "log" }, "onWarning is 'log'"],
    [{ fetch: "fetch" }, "fetch is 'fetch'; it is a function."],
    [{ fetch: null }, "fetch is null"],
    [{ EventSource: {} }, "EventSource is an object; it is a function."],
    [{ transport: "eventsource", headers: { authorization: "x" } }, "An EventSource sends no headers"],
    [{ headers: { authorization: undefined } }, "The header authorization is undefined"],
    [{ headers: { authorization: "a\nb" } }, "The headers can't be sent"],
    [{ headers: { name: "Zoë 😀" } }, "The headers can't be sent"],
    [{ headers: { "no name": "x" } }, "The headers can't be sent"],
    [{ baseUrl: "localhost:8000" }, "baseUrl is 'localhost:8000', which is no address of http or https; write one such as http://localhost:8000."],
    [{ baseUrl: "ftp://host" }, "which is no address of http or https"],
    [{ baseUrl: "http://host?key=1" }, "which has a query or a fragment"],
    [{ baseUrl: "http://host#a" }, "which has a query or a fragment"],
    [{ baseUrl: "http://user:secret@host" }, "which has a user's name"],
    [{ sessionId: "\ud83d" }, "sessionId holds half a character"],
  ])("%j", (options, message) => {
    expect(() => createEventStream({ baseUrl: "http://host", sessionId: "s", ...options } as never)).toThrow(message);
  });

  it("by hooks and stores too, which show it", async () => {
    for (const options of [{ maxEvents: 0 }, { maxEvents: Number.NaN }, { maxEvents: "10" as never }, { retryMs: -1 }, { types: "tool_*" as never }, { initialEvents: {} as never }]) {
      const store = new EventStore({ sessionId: "s" }, () => ({ baseUrl: "http://127.0.0.1:1", ...options }));
      const unsubscribe = store.subscribe(() => {});
      await eventually(() => expect(store.getSnapshot()).toMatchObject({ state: "closed", error: { code: "invalid_option", message: expect.stringContaining(`${Object.keys(options)[0]} is`) } }));
      unsubscribe();
    }
  });

  it("but large ones work", () => {
    createEventStream({ baseUrl: "http://host", sessionId: "s", watchdogMs: Infinity, retryMs: 1e300, maxRetryMs: Infinity, queueLimit: Infinity });
  });
});

describe("a mistake of this side ends the stream at once, in words", () => {
  const endsWith = async (options: Partial<StreamOptions>, error: object) => {
    const { url, requests } = await fakeServer(stream(started("7-0")));
    const { changes, state } = collect({ baseUrl: url, sessionId: "s", ...options });
    expect((await state("closed")).error).toMatchObject(error);
    expect(changes.map((change) => change.state)).toEqual(["connecting", "closed"]);
    return requests.length;
  };

  it("an answer without a body, or with one that was read", async () => {
    const message = "The answer has no body that can be read as it comes; pass a fetch that gives one as options.fetch, or use the transport eventsource.";
    const headers = { "content-type": "text/event-stream" };
    await endsWith({ fetch: async () => new Response(null, { headers }) }, { code: "not_a_stream", message });
    await endsWith({ fetch: async () => ({ status: 200, headers: new Headers(headers), text: async () => "" }) as unknown as Response }, { code: "not_a_stream", message });
    const read = async () => {
      const response = new Response("data: 1\n\n", { headers });
      await response.text();
      return response;
    };
    await endsWith({ fetch: read }, { code: "not_a_stream", message });
  });

  it.each([
    ["value", { authorization: "a\nb" }],
    ["name", { "a b": "c" }],
    ["undefined value", { authorization: undefined as unknown as string }],
  ])("a header's %s that can't be sent", async (_, headers) => {
    expect(await endsWith({ headers: () => headers }, { code: "invalid_option", message: expect.stringMatching(/^The request can't be sent: The header/) })).toBe(0);
  });

  it.each([
    ["nothing", async () => undefined, "options.fetch gave undefined and no Response; it must return what fetch returns."],
    ["no promise", () => 7, "options.fetch gave 7 and no Response"],
    ["null", async () => null, "options.fetch gave null and no Response"],
    ["something else", async () => ({ json: {} }), "options.fetch gave [object Object] and no Response"],
  ])("a fetch that returns %s", async (_, fetch, message) => {
    await endsWith({ fetch: fetch as never }, { code: "invalid_option", message: expect.stringContaining(message) });
    await expect(loadHistory({ baseUrl: "http://host", sessionId: "s", fetch: fetch as never })).rejects.toMatchObject({ code: "invalid_option" });
  });

  it.each([undefined, null, "authorization: x", 7])("a headers function that returns %s", async (headers) => {
    expect(await endsWith({ headers: (() => headers) as never }, { code: "invalid_option", message: expect.stringMatching(/^The request can't be sent: The headers are /) })).toBe(0);
  });

  it("an EventSource that can't be made, or is none", async () => {
    await endsWith({ transport: "eventsource", EventSource: class {} as never }, { code: "invalid_option", message: "The EventSource can't be made: it has no addEventListener or no close." });
    class Broken {
      constructor() {
        throw new SyntaxError("no such address");
      }
    }
    await endsWith({ transport: "eventsource", EventSource: Broken as never }, { code: "invalid_option", message: "The EventSource can't be made: no such address" });
  });

  it("a type that only begins like a stream's", async () => {
    const { url } = await fakeServer(status(200, { "content-type": "text/event-streams" }, ""));
    expect((await collect({ baseUrl: url, sessionId: "s" }).state("closed")).error).toMatchObject({ code: "not_a_stream" });
    const other = await fakeServer((response) => void response.writeHead(200, { "content-type": "Text/Event-Stream ; charset=utf-8" }).write(started("7-0")));
    await collect({ baseUrl: other.url, sessionId: "s" }).state("open");
  });

  it("an option of a history", async () => {
    for (const [options, message] of [[{ types: "tool_*" }, "types is 'tool_*'"], [{ limit: 1001 }, "limit is 1001; it is a whole number from 1 to 1000."], [{ limit: "5" }, "limit is '5'"], [{ after: 7 }, "after is 7"]] as const) {
      await expect(loadHistory({ baseUrl: "http://host", sessionId: "s", ...options } as never)).rejects.toThrow(message);
    }
  });

  it("in a history as well", async () => {
    const { url } = await fakeServer(status(200, {}, "<h1>Welcome</h1>"), status(200, {}, "{}"), status(200, { "content-length": "100" }, "{"));
    await expect(loadHistory({ baseUrl: url, sessionId: "s", headers: { a: "b\nc" } })).rejects.toMatchObject({ code: "invalid_option" });
    await expect(loadHistory({ baseUrl: url, sessionId: "s" })).rejects.toMatchObject({ code: "not_a_stream" });
    await expect(loadHistory({ baseUrl: url, sessionId: "s" })).rejects.toMatchObject({ code: "not_a_stream" });
  });
});

it("a headers function that fails is tried again, because a token's server may be away", async () => {
  const { url } = await fakeServer(stream(started("7-0")));
  let calls = 0;
  const headers = async () => {
    if (++calls === 1) throw new Error("no token");
    return new Headers({ authorization: "Bearer 1" });
  };
  const { state } = collect({ baseUrl: url, sessionId: "s", headers });
  expect((await state("waiting")).error?.message).toBe("The headers function failed: no token");
  await state("open");
});

it("Headers are sent, and keep streams of other users apart", async () => {
  const { url, requests } = await fakeServer(stream(started("7-0")));
  for (const user of ["a", "b"]) await collect({ baseUrl: url, sessionId: "s", headers: new Headers({ "x-user": user }) }).state("open");
  expect(requests.map((request) => request.headers["x-user"])).toEqual(["a", "b"]);
});

it("an empty lastEventId is none", async () => {
  const { url, requests } = await fakeServer(stream(started("7-0")));
  await collect({ baseUrl: url, sessionId: "s", from: "earliest", lastEventId: "", transport: "eventsource", EventSource }).state("open");
  expect(requests[0]?.url).toContain("from=earliest");
});
