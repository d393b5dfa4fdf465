import { EventSource } from "eventsource";
import { describe, expect, it, vi } from "vitest";
import { loadHistory } from "../src/index.js";
import { collect, numbers } from "./support/collect.js";
import { eventually } from "./support/eventually.js";
import { fakeServer, frame, problem, started, status, stream, type Answer } from "./support/fake-server.js";
import type { IncomingMessage } from "node:http";

const note = (offset: number) => frame("note", { n: offset }, `7-${offset}`);
const closing = (reason: string) => frame("stream_closing", { reason, reconnect: false });
const expiring = (leftMs: number) => frame("auth_expiring", { expires_at: new Date(Date.UTC(2026, 10, 21) + leftMs).toISOString() });
const refused = problem(401, "The ticket has expired; ask for a new one.");
const shown = ({ headers, url = "" }: IncomingMessage) => headers.authorization?.replace("Bearer ", "") ?? new URL(url, "http://s").searchParams.get("ticket");

/** Gives ticket-1, ticket-2 and so on. */
function tickets() {
  let made = 0;
  return vi.fn(async () => `ticket-${++made}`);
}

describe.each(["fetch", "eventsource"] as const)("a stream over %s with getTicket", (transport) => {
  const to = (url: string) => ({ baseUrl: url, sessionId: "s", transport, EventSource, eventTypes: ["note"] });
  // An EventSource doesn't tell its status, so the client asks for it.
  const refusal = transport === "fetch" ? [refused] : [refused, refused];

  it("shows a new ticket at each connection", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0") + note(1), { end: true }), stream(started("7-1", "full") + note(2)));
    const { count, stream: live } = collect({ ...to(url), getTicket: tickets() });
    expect(numbers(await count(2))).toEqual([1, 2]);
    expect(requests.map(shown)).toEqual(["ticket-1", "ticket-2"]);
    expect(live.url).not.toContain("ticket");
  });

  it("asks for one before the last one ends, and goes on where it was, without a word", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0") + note(1) + expiring(60_000)), stream(started("7-1", "full") + note(2)));
    const { count, changes } = collect({ ...to(url), getTicket: tickets() });
    expect(numbers(await count(2))).toEqual([1, 2]);
    expect(requests.map(shown)).toEqual(["ticket-1", "ticket-2"]);
    expect(requests[1]?.url).toContain("last_event_id=7-1");
    expect(changes.map(({ state }) => state)).toEqual(["connecting", "open"]);
    await eventually(() => expect(requests[0]?.destroyed).toBe(true));
  });

  it("stays connected until there is another ticket", async () => {
    let say: ((text: string) => void) | undefined;
    const { url, requests } = await fakeServer((response, request) => {
      stream(started("7-0") + expiring(60_000))(response, request);
      say = (text) => response.write(text);
    }, stream(started("7-2", "full") + note(3)));
    let give: (ticket: string) => void = () => {};
    const getTicket = vi.fn<() => string | Promise<string>>().mockReturnValueOnce("one").mockReturnValueOnce(new Promise<string>((resolve) => (give = resolve)));
    const { count } = collect({ ...to(url), getTicket });
    await eventually(() => expect(getTicket).toHaveBeenCalledTimes(2));
    say?.(note(1) + note(2));
    await count(2);
    expect(requests).toHaveLength(1);
    give("two");
    expect(numbers(await count(3))).toEqual([1, 2, 3]);
    expect(requests[1]?.url).toContain("last_event_id=7-2");
  });

  it("makes no new connection for the ticket that it has, and asks again", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0") + expiring(2_000)), stream(started("7-0", "full") + note(1)));
    let asked = 0;
    const { count } = collect({ ...to(url), getTicket: () => (++asked < 3 ? "kept" : "new") });
    await count(1);
    expect(requests.map(shown)).toEqual(["kept", "new"]);
  });

  it("asks seldom for tickets that end soon from the start", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0") + expiring(60_000)));
    const getTicket = tickets();
    const { state } = collect({ ...to(url), getTicket });
    await state("open");
    await eventually(() => expect(requests).toHaveLength(2));
    await new Promise(setImmediate);
    expect(getTicket).toHaveBeenCalledTimes(2);
  });

  it("asks once more after a 401, at once", async () => {
    const { url, requests } = await fakeServer(...refusal, stream(started("7-0") + note(1)));
    const { count, changes } = collect({ ...to(url), retryMs: 60_000, getTicket: tickets() });
    await count(1);
    expect(new Set(requests.map(shown))).toEqual(new Set(["ticket-1", "ticket-2"]));
    expect(changes.map(({ state }) => state)).toEqual(["connecting", "open"]);
  });

  it("ends with the server's words after a second 401", async () => {
    const { url } = await fakeServer(refused);
    const getTicket = tickets();
    const { error } = await collect({ ...to(url), getTicket }).state("closed");
    expect(error).toMatchObject({ code: "refused", status: 401, message: "The server answered 401: The ticket has expired; ask for a new one." });
    expect(getTicket).toHaveBeenCalledTimes(2);
  });

  it("counts 401s anew once a ticket was accepted", async () => {
    const { url } = await fakeServer(...refusal, stream(started("7-0") + note(1), { end: true }), ...refusal, stream(started("7-1", "full") + note(2)));
    expect(numbers(await collect({ ...to(url), getTicket: tickets() }).count(2))).toEqual([1, 2]);
  });

  it("connects again when the ticket has expired, and when the key was revoked and the next ticket is accepted", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0") + note(1) + closing("auth_expired")), stream(started("7-1", "full") + note(2) + closing("auth_revoked")), stream(started("7-2", "full") + note(3)));
    expect(numbers(await collect({ ...to(url), getTicket: tickets() }).count(3))).toEqual([1, 2, 3]);
    expect(requests.map(shown)).toEqual(["ticket-1", "ticket-2", "ticket-3"]);
  });

  it.each([
    ["the next ticket is refused", tickets, problem(401, "The key that the ticket was made with doesn't count any more."), "The server answered 401: The key that the ticket was made with doesn't count any more."],
    ["there is no next ticket", () => vi.fn<() => string>().mockReturnValueOnce("one").mockImplementation(() => { throw new Error("signed out"); }), status(500), "getTicket failed: signed out"],
  ])("ends when the key was revoked and %s", async (_, getTicket, answer, message) => {
    const { url } = await fakeServer(stream(started("7-0") + closing("auth_revoked")), answer);
    expect((await collect({ ...to(url), getTicket: getTicket() }).state("closed")).error?.message).toBe(message);
  });

  it("tries again when getTicket throws", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0") + note(1)));
    const getTicket = vi.fn<() => string>().mockImplementationOnce(() => { throw new Error("the backend is away"); }).mockReturnValue("one");
    const { count, changes } = collect({ ...to(url), getTicket });
    await count(1);
    expect(changes.find(({ state }) => state === "waiting")).toMatchObject({ reason: "no_ticket", error: { message: "getTicket failed: the backend is away" } });
    expect(requests).toHaveLength(1);
  });

  it("keeps its connection while getTicket throws", async () => {
    const { url, requests } = await fakeServer(stream(started("7-0") + expiring(60_000)), stream(started("7-0", "full") + note(1)));
    const getTicket = vi.fn<() => string>().mockReturnValueOnce("one").mockImplementationOnce(() => { throw new Error("away"); }).mockReturnValue("two");
    const { count, changes } = collect({ ...to(url), getTicket });
    await count(1);
    expect(requests.map(shown)).toEqual(["one", "two"]);
    expect(changes.map(({ state }) => state)).toEqual(["connecting", "open"]);
  });

  it("says so when getTicket doesn't answer, and asks again", async () => {
    const { url } = await fakeServer(stream(started("7-0") + note(1)));
    const getTicket = vi.fn<() => string | Promise<string>>().mockReturnValueOnce(new Promise(() => {})).mockReturnValue("one");
    const { count, changes } = collect({ ...to(url), getTicket, connectTimeoutMs: 200 });
    await count(1);
    expect(changes.find(({ state }) => state === "waiting")?.error).toMatchObject({ code: "no_ticket", message: "getTicket hasn't answered for 0.2 s." });
  });

  it.each([
    [{ ticket: "secret-1" }, "getTicket returned an object; it returns a text, the member ticket of the answer of POST /tickets."],
    [undefined, "getTicket returned undefined; it returns a text, the member ticket of the answer of POST /tickets."],
    ["", "getTicket returned an empty text."],
    ["secret-1\n", "getTicket returned a text with blanks or other characters that no ticket has."],
  ])("ends at once when getTicket returns %j", async (value, message) => {
    const { url, requests } = await fakeServer(stream(started("7-0") + note(1)));
    const { error } = await collect({ ...to(url), getTicket: () => value as string }).state("closed");
    expect(error).toMatchObject({ code: "invalid_option", message });
    expect(requests).toHaveLength(0);
  });
});

describe("without getTicket", () => {
  it.each([
    ["auth_expired", "The ticket or token has expired, so the server ended the stream. With the option getTicket it goes on with a new one."],
    ["auth_revoked", "The server took back the key that let this stream in, and ended it."],
  ])("a stream that ends by %s says why", async (reason, message) => {
    const { url, requests } = await fakeServer(stream(started("7-0") + note(1) + expiring(0) + closing(reason)));
    const change = await collect({ baseUrl: url, sessionId: "s" }).state("closed");
    expect(change).toMatchObject({ reason, error: { code: "refused", message } });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["a cookie", { credentials: "include" as const }],
    ["a header that is asked for", { headers: () => ({ authorization: "Bearer t" }) }],
  ])("a stream with %s that was renewed meanwhile goes on after auth_expired", async (_, options) => {
    const { url } = await fakeServer(stream(started("7-0") + note(1) + closing("auth_expired")), stream(started("7-1", "full") + note(2)), refused);
    expect(numbers(await collect({ baseUrl: url, sessionId: "s", ...options }).count(2))).toEqual([1, 2]);
  });
});

it("no ticket stands in an error, a warning or the stream's address", async () => {
  const said: string[] = [];
  const kept = (answer: Answer) => async (transport: "fetch" | "eventsource") => {
    const { url } = await fakeServer(answer);
    const { changes, stream: live } = collect({ baseUrl: url, sessionId: "s", transport, EventSource, getTicket: () => "secret-ticket", onWarning: (warning) => said.push(String(warning)) });
    await eventually(() => expect(changes.some(({ error, state }) => error !== undefined || state === "open")).toBe(true));
    for (const { error } of changes) for (let at: unknown = error; at instanceof Error; at = at.cause) said.push(`${at.stack} ${JSON.stringify(at)}`);
    said.push(live.url);
  };
  for (const answer of [status(500), refused, problem(403, "The caller lacks the grant."), status(200), (response) => response.destroy(), stream(`${started("7-0")}event: note\ndata: {\n\n`)] satisfies Answer[]) {
    for (const transport of ["fetch", "eventsource"] as const) await kept(answer)(transport);
  }
  class Refusing {
    constructor(url: string) {
      throw new TypeError(`Failed to construct 'EventSource': Cannot open an EventSource to '${url}'.`);
    }
  }
  const { url } = await fakeServer(status(500));
  const { error } = await collect({ baseUrl: url, sessionId: "s", transport: "eventsource", EventSource: Refusing as never, getTicket: () => "secret-ticket" }).state("closed");
  expect(error?.message).toContain("?heartbeat=event");
  said.push(`${error?.stack} ${String(error?.cause)}`);
  expect(said.length).toBeGreaterThan(12);
  expect(said.filter((text) => text.includes("secret"))).toEqual([]);
});

it("two streams share a connection only when they ask the same function", async () => {
  const { url, requests } = await fakeServer(stream(started("7-0") + note(1)));
  const getTicket = () => "a";
  const to = { baseUrl: url, sessionId: "s" };
  for (const each of [collect({ ...to, getTicket }), collect({ ...to, getTicket }), collect({ ...to, getTicket: () => "b" })]) await each.count(1);
  expect(requests.map(shown)).toEqual(["a", "b"]);
});

it("a header of authorization beside getTicket is an error", async () => {
  const { url } = await fakeServer(status(500));
  const { error } = await collect({ baseUrl: url, sessionId: "s", headers: { authorization: "Bearer x" }, getTicket: () => "a" }).state("closed");
  expect(error?.message).toBe("The request can't be sent: The headers have an authorization, and getTicket gives another one; leave out one of them.");
});

describe("a history with getTicket", () => {
  const page = status(200, { "content-type": "application/json" }, JSON.stringify({ events: [], cursor: "7-0", has_more: false, resume: "none" }));

  it("shows the ticket, and another one after a 401", async () => {
    const { url, requests } = await fakeServer(refused, page);
    expect(await loadHistory({ baseUrl: url, sessionId: "s", getTicket: tickets() })).toMatchObject({ cursor: "7-0" });
    expect(requests.map(shown)).toEqual(["ticket-1", "ticket-2"]);
  });

  it("fails after a second 401, and when there is no ticket", async () => {
    const { url, requests } = await fakeServer(refused);
    const load = (getTicket: () => string | Promise<string>) => loadHistory({ baseUrl: url, sessionId: "s", getTicket });
    await expect(load(tickets())).rejects.toMatchObject({ status: 401, message: "The server answered 401: The ticket has expired; ask for a new one." });
    await expect(load(() => { throw new Error("away"); })).rejects.toThrow("getTicket failed: away");
    await expect(load(() => 5 as never)).rejects.toThrow("getTicket returned a number");
    expect(requests).toHaveLength(2);
  });
});
