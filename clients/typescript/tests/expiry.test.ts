import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadHistory } from "../src/index.js";
import { collect, numbers, upTo } from "./support/collect.js";
import { eventually } from "./support/eventually.js";
import { newSession, notes, publishAs, startServer, type RunningProcess } from "./support/server.js";

interface Key {
  readonly text: string;
  readonly settings: { readonly Hash: string; readonly Grants: readonly string[] };
}

function newKey(id: string): Key {
  const secret = randomBytes(32).toString("base64url");
  return { text: `es_${id}_${secret}`, settings: { Hash: createHash("sha256").update(secret).digest("hex"), Grants: ["publish session:*", "subscribe session:*"] } };
}

// The shortest time that the server allows.
const shortest = 5;
const keys = { backend: newKey("backend"), brief: newKey("brief") };
const folder = mkdtempSync(join(tmpdir(), "eventstream-"));
const file = join(folder, "keys.json");
const allow = (...ids: (keyof typeof keys)[]) => writeFileSync(file, JSON.stringify({ Keys: Object.fromEntries(ids.map((id) => [id, keys[id].settings])) }));
let server: RunningProcess;

beforeAll(async () => {
  allow("backend", "brief");
  server = await startServer({ settings: [`--Access:File=${file}`] });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Makes tickets as a page's backend does. */
function backend(sessionId: string, key: Key, seconds = shortest) {
  const made: string[] = [];
  const getTicket = async () => {
    const body = JSON.stringify({ grants: [`subscribe session:${sessionId}`], expires_in: seconds });
    const response = await fetch(`${server.url}/tickets`, { method: "POST", headers: { authorization: `Bearer ${key.text}` }, body });
    if (!response.ok) throw new Error(`${response.status}: ${((await response.json()) as { title: string }).title}`);
    const { ticket } = (await response.json()) as { ticket: string };
    made.push(ticket);
    return ticket;
  };
  return { getTicket, made };
}

describe("a stream of a server that asks for tickets", () => {
  it("goes on while ticket after ticket ends, and loses and repeats nothing", async () => {
    const sessionId = newSession();
    const streams = (["fetch", "eventsource"] as const).map((transport) => {
      const { getTicket, made } = backend(sessionId, keys.backend);
      return { ...collect({ baseUrl: server.url, sessionId, transport, EventSource, eventTypes: ["note"], getTicket }), made };
    });
    for (const { state } of streams) await state("open");
    const end = Date.now() + 2.5 * shortest * 1000;
    let sent = 0;
    while (Date.now() < end || streams.some(({ made }) => made.length < 5)) await publishAs(keys.backend.text, server.url, sessionId, ...notes(1, sent++));
    for (const { events, changes, made } of streams) {
      await eventually(() => expect(events).toHaveLength(sent));
      expect(numbers(events)).toEqual(upTo(sent));
      // It asks twice in the time of each ticket, and not more.
      expect(made.length).toBeLessThan(10);
      expect(changes.map((change) => change.state)).toEqual(["connecting", "open"]);
    }
  });

  it("goes on when its ticket has ended before there was another", async () => {
    const sessionId = newSession();
    const { getTicket, made } = backend(sessionId, keys.backend);
    let isAway = false;
    const { count, changes } = collect({
      baseUrl: server.url,
      sessionId,
      getTicket: () => {
        if (isAway) throw new Error("away");
        isAway = true;
        return getTicket();
      },
    });
    await eventually(() => expect(changes.at(-1)?.state).toBe("open"));
    await publishAs(keys.backend.text, server.url, sessionId, ...notes(1));
    await eventually(() => expect(changes.at(-1)).toMatchObject({ state: "waiting", error: { message: "getTicket failed: away" } }));
    await publishAs(keys.backend.text, server.url, sessionId, ...notes(1, 1));
    isAway = false;
    expect(numbers(await count(2))).toEqual([0, 1]);
    expect(made).toHaveLength(2);
  });

  it("ends when the key of its tickets is taken back, and no backend makes another", async () => {
    const sessionId = newSession();
    const { getTicket } = backend(sessionId, keys.brief, 300);
    const { state } = collect({ baseUrl: server.url, sessionId, getTicket });
    await state("open");
    allow("backend");
    expect((await state("closed")).error?.message).toBe("getTicket failed: 401: The key isn't known to this server.");
  });

  it("tells what is missing, in its history too", async () => {
    const { getTicket } = backend("another", keys.backend);
    const to = { baseUrl: server.url, sessionId: newSession(), getTicket };
    const words = `The server answered 403: The caller lacks the grant 'subscribe session:${to.sessionId}'.`;
    expect((await collect(to).state("closed")).error?.message).toBe(words);
    await expect(loadHistory(to)).rejects.toThrow(words);
    await expect(loadHistory({ ...to, sessionId: "another" })).resolves.toMatchObject({ events: [] });
  });
});
