import { spawnSync } from "node:child_process";
import { describe, expect, it, onTestFinished } from "vitest";
import { collect, numbers, upTo } from "./support/collect.js";
import { freePort, newSession, notes, publish, startRedis, startServer, type RunningProcess } from "./support/server.js";

const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

async function server(options: Parameters<typeof startServer>[0]): Promise<RunningProcess> {
  const started = await startServer(options);
  onTestFinished(started.kill);
  return started;
}

describe("a server that restarts on its port", () => {
  it.skipIf(!hasRedis).each([
    ["stops", "draining"],
    ["dies", "ended"],
  ])("costs nothing and repeats nothing when it %s, with Redis", async (how, reason) => {
    const redis = await startRedis();
    onTestFinished(redis.kill);
    const port = await freePort();
    const sessionId = newSession();
    const first = await server({ port, redis: redis.address });
    const elsewhere = await server({ redis: redis.address });

    const { count, changes, state, stream } = collect({ baseUrl: first.url, sessionId, from: "earliest" });
    await state("open");
    await publish(first.url, sessionId, ...notes(50));
    await count(50);
    await (how === "stops" ? first.stop() : first.kill());
    expect(await state("waiting")).toMatchObject({ reason });
    await publish(elsewhere.url, sessionId, ...notes(50, 50));

    const second = await server({ port, redis: redis.address });
    await count(100);
    await publish(second.url, sessionId, ...notes(50, 100));
    expect(numbers(await count(150))).toEqual(upTo(150));
    expect(stream.verdict).toMatchObject({ resume: "full" });
    expect(changes.filter((change) => change.state === "open")).toHaveLength(2);
  });

  it("tells that its memory is gone, without Redis", async () => {
    const port = await freePort();
    const sessionId = newSession();
    const first = await server({ port });
    const { count, state, events } = collect({ baseUrl: first.url, sessionId, from: "earliest" });
    await publish(first.url, sessionId, ...notes(2));
    await count(2);
    await first.kill();
    await state("waiting");
    const second = await server({ port });
    await publish(second.url, sessionId, ...notes(1, 2));
    await count(4);
    expect(events[2]).toMatchObject({ type: "session_stream_started", payload: { resume: "partial" } });
    expect(numbers(events.slice(3))).toEqual([2]);
  });
});
