import { describe, expect, it, onTestFinished, vi } from "vitest";
import { collect, numbers, type Collected } from "./support/collect.js";
import { eventually } from "./support/eventually.js";
import { fakeServer, frame, started, status, stream } from "./support/fake-server.js";

const note = (offset: number) => frame("note", { n: offset }, `7-${offset}`);
const delays = ({ changes }: Collected) => changes.filter(({ state }) => state === "waiting").map(({ retryInMs }) => retryInMs);

/** Makes each delay the longest that chance allows. */
function withoutChance(): void {
  const random = vi.spyOn(Math, "random").mockReturnValue(1);
  onTestFinished(() => random.mockRestore());
}

describe("a server that refuses", () => {
  it.each([
    ["Retry-After: 0", status(503, { "retry-after": "0" })],
    ["Retry-After in the past", status(503, { "retry-after": new Date(0).toUTCString() })],
    ["an unreadable Retry-After", status(503, { "retry-after": "soon" })],
    ["a stream_closing without delay", stream(frame("stream_closing", { reason: "busy", reconnect: true, retry_ms: 0 }))],
    ["a stream_closing with a delay below 0", stream(frame("stream_closing", { reason: "busy", reconnect: true, retry_ms: -1e300 }))],
    ["a stream_closing whose delay is no number", stream(frame("stream_closing", { reason: "busy", reconnect: true, retry_ms: "now" }))],
    ["an end", stream(started("7-0"), { end: true })],
  ])("by %s is asked more and more seldom", async (_, answer) => {
    withoutChance();
    const { url } = await fakeServer(answer);
    const collected = collect({ baseUrl: url, sessionId: "s", retryMs: 80, maxRetryMs: 250 });
    await eventually(() => expect(delays(collected).slice(0, 4)).toEqual([80, 160, 250, 250]));
  });

  it.each([
    ["seconds", () => "2"],
    ["a date", () => new Date(Date.now() + 2900).toUTCString()],
  ])("is heeded when it asks for a longer delay by %s", async (_, retryAfter) => {
    const { url } = await fakeServer(status(503, { "retry-after": retryAfter() }));
    const { state } = collect({ baseUrl: url, sessionId: "s" });
    const { error, retryInMs } = await state("waiting");
    expect(error).toMatchObject({ code: "unavailable", status: 503 });
    expect(retryInMs).toBeGreaterThan(1000);
    expect(retryInMs).toBeLessThanOrEqual(4500);
  });

  it("doesn't have all its clients come back at once", async () => {
    const { url } = await fakeServer(status(503));
    const all = Array.from({ length: 10 }, () => collect({ baseUrl: url, sessionId: "s", share: false, retryMs: 10_000 }));
    for (const each of all) await each.state("waiting");
    expect(new Set(all.map((each) => delays(each)[0])).size).toBeGreaterThan(1);
  });
});

describe("the delay is the first one again", () => {
  it("after an event", async () => {
    withoutChance();
    const { url } = await fakeServer(status(503), status(503), stream(started("7-0") + note(1), { end: true }), stream(started("7-1") + note(2)));
    const collected = collect({ baseUrl: url, sessionId: "s", retryMs: 10 });
    expect(numbers(await collected.count(2))).toEqual([1, 2]);
    expect(delays(collected)).toEqual([10, 20, 10]);
  });

  it("after ten healthy seconds, and not before", async () => {
    withoutChance();
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const open: (() => void)[] = [];
    const { url } = await fakeServer((response, request) => {
      stream(started("7-0"))(response, request);
      open.push(() => response.end());
    });
    const collected = collect({ baseUrl: url, sessionId: "s", retryMs: 10 });
    for (const [connections, seconds] of [[1, 1], [2, 9], [3, 11], [4, 0]] as const) {
      await eventually(() => expect(collected.changes.filter(({ state }) => state === "open")).toHaveLength(connections));
      vi.setSystemTime(Date.now() + seconds * 1000);
      open[connections - 1]?.();
    }
    await eventually(() => expect(delays(collected).slice(0, 4)).toEqual([10, 20, 10, 20]));
  });
});

it("a watchdog of Infinity starts no timer, and a delay beyond a timer's range is none of 0", async () => {
  const { url, requests } = await fakeServer(status(503));
  const timers = vi.spyOn(globalThis, "setTimeout");
  onTestFinished(() => timers.mockRestore());
  const collected = collect({ baseUrl: url, sessionId: "s", watchdogMs: Infinity, connectTimeoutMs: Infinity, retryMs: 2 ** 40, maxRetryMs: Infinity });
  await collected.state("waiting");
  await new Promise(setImmediate);
  expect(requests).toHaveLength(1);
  expect(timers.mock.calls.filter(([, ms]) => !((ms ?? 0) < 2 ** 31))).toEqual([]);
});
