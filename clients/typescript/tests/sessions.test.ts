import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SessionDetails } from "../inspector/src/session-details.js";
import { passes, rowOf } from "../inspector/src/session-rows.js";
import type { SessionState } from "../inspector/src/server.js";

const state = (more: Partial<SessionState> = {}): SessionState => ({ cursor: "1-1", viewers: 0, runs: [], approvals: [], errors: 0, ...more });
const run = (id: string, status: string, began: string, more: object = {}) => ({ run_id: id, status, began_at: `2026-11-30T03:00:${began}Z`, ...more });

describe("a session in a line", () => {
  it("goes by the run that began last at the top, and takes from the first beginning to the last end", () => {
    const row = rowOf(state({
      viewers: 2,
      errors: 26,
      last_event_at: "2026-11-30T03:00:12Z",
      runs: [run("a", "completed", "01", { agent: "planner", ended_at: "2026-11-30T03:00:09.500Z" }), run("b", "failed", "02", { agent: "worker", parent_run_id: "a", ended_at: "2026-11-30T03:00:04Z" })],
    }));
    expect(row).toEqual({ status: "completed", agent: "planner", otherAgents: 1, lastAt: Date.parse("2026-11-30T03:00:12Z"), errors: 26, durationMs: 8500, viewers: 2 });
    expect([passes(row, "all"), passes(row, "failed"), passes(row, "running")]).toEqual([true, true, false]);
  });

  it("runs until its newest event, or waits for an answer", () => {
    const runs = [run("a", "completed", "01", { ended_at: "2026-11-30T03:00:02Z" }), run("b", "requested", "05")];
    expect(rowOf(state({ runs, last_event_at: "2026-11-30T03:00:31Z" }))).toMatchObject({ status: "running", durationMs: 30_000 });
    const asking = rowOf(state({ runs, approvals: [{}] }));
    expect([asking.status, passes(asking, "running")]).toEqual(["waiting", true]);
  });

  it("has no run, or one that failed, of servers that tell neither errors nor times", () => {
    expect(rowOf(state())).toMatchObject({ status: "events", agent: undefined, durationMs: undefined, lastAt: undefined });
    const { errors: _, ...older } = state({ runs: [run("a", "failed", "01", { ended_at: "2026-11-30T02:00:00Z" })] });
    expect(rowOf(older)).toMatchObject({ status: "failed", errors: 1, durationMs: 0 });
    expect(rowOf(state({ runs: [run("a", "constructor", "01")] })).status).toBe("events");
  });
});

describe("the details of sessions", () => {
  interface Asked {
    readonly id: string;
    readonly signal: AbortSignal;
    readonly answer: (body: object, status?: number) => void;
  }
  let asked: Asked[] = [];
  const ids = (count: number, first = 0) => Array.from({ length: count }, (_, i) => `s${first + i}`);

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    vi.stubGlobal("document", { visibilityState: "visible" });
    vi.stubGlobal("fetch", (url: string, { signal }: RequestInit) => new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new Error("aborted")));
      asked.push({ id: url.split("/").at(-1) ?? "", signal: signal as AbortSignal, answer: (body, status = 200) => resolve(new Response(JSON.stringify(body), { status })) });
    }));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("are asked for a few at once, and not for what scrolled out", async () => {
    const details = new SessionDetails("http://x");
    details.want(ids(50));
    expect(asked.map(({ id }) => id)).toEqual(ids(4));
    asked[0]?.answer(state({ viewers: 7 }));
    await vi.waitFor(() => expect(asked.length).toBe(5));
    expect(details.rowOf("s0")?.viewers).toBe(7);

    details.want(ids(50, 100));
    expect(asked.filter(({ signal }) => signal.aborted).map(({ id }) => id)).toEqual(["s1", "s2", "s3", "s4"]);
    await vi.waitFor(() => expect(asked.slice(5).map(({ id }) => id)).toEqual(["s100", "s101", "s102", "s103"]));
    expect(details.isKnown("s1")).toBe(false);
  });

  it("are asked for again sooner while a run goes on, and not while their tab is in the background", async () => {
    const details = new SessionDetails("http://x");
    const version = details.version();
    details.want(["going", "resting", "refused"]);
    asked[0]?.answer(state({ runs: [run("a", "running", "01")] }));
    asked[1]?.answer(state());
    asked[2]?.answer({ title: "No." }, 403);
    await vi.waitFor(() => expect(details.version()).toBe(version + 3));
    expect([details.isKnown("refused"), details.rowOf("refused")]).toEqual([true, undefined]);

    await vi.advanceTimersByTimeAsync(6_000);
    expect(asked.slice(3).map(({ id }) => id)).toEqual(["going"]);
    asked[3]?.answer(state());
    vi.stubGlobal("document", { visibilityState: "hidden" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBe(4);
    vi.stubGlobal("document", { visibilityState: "visible" });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(asked.slice(4).map(({ id }) => id).sort()).toEqual(["going", "refused", "resting"]);
  });

  it("are no longer asked for when nothing shows them", async () => {
    const details = new SessionDetails("http://x");
    const leave = details.subscribe(() => {});
    details.want(["a"]);
    leave();
    expect(asked[0]?.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBe(1);
  });
});
