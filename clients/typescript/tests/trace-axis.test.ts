import { describe, expect, it } from "vitest";
import { fullTime } from "../src/components/full-time.js";
import { axisOf, busyIn, gapsOf, percentOf, ticksOf, type Range } from "../src/components/trace-axis.js";
import { initialTrace, reduceTrace, traceErrors, traceNodes, traceTree, type AgentEvent } from "../src/index.js";

const second = 1000;
const minute = 60 * second;
const range = { from: 0, to: 100 * second };

describe("the axis of a trace", () => {
  it("is even where something always happens", () => {
    const axis = axisOf(range, [{ from: 0, to: 100 * second }], []);
    expect([0, 25 * second, 100 * second, -5, 1e9].map((ms) => percentOf(axis, ms))).toEqual([0, 25, 100, 0, 100]);
    expect(gapsOf(axis)).toEqual([]);
  });

  it("draws a long time in which nothing happened shorter, and says how long it was", () => {
    const axis = axisOf({ from: 0, to: 62 * minute }, [{ from: 0, to: minute }, { from: 61 * minute, to: 62 * minute }], []);
    expect(gapsOf(axis)).toEqual([{ start: 47.5, length: 5, isLost: false, ms: 60 * minute }]);
    expect([30 * second, minute, 31 * minute, 61 * minute, 62 * minute].map((ms) => percentOf(axis, ms))).toEqual([23.75, 47.5, 50, 52.5, 100]);
    expect(ticksOf(axis, 0).every(({ at }) => at < 38.6 || at > 54.9)).toBe(true);
  });

  it("leaves short pauses as they are, and what is short beside the whole", () => {
    expect(axisOf(range, [{ from: 0, to: second }, { from: 9 * second, to: 100 * second }], []).cuts).toEqual([]);
    expect(axisOf({ from: 0, to: 100 * minute }, [{ from: 0, to: 50 * minute }, { from: 60 * minute, to: 100 * minute }], []).cuts).toEqual([]);
    expect(axisOf(range, [], []).cuts).toEqual([]);
  });

  it("marks what is lost, also where something went on, and once with the silence around it", () => {
    expect(axisOf(range, [{ from: 0, to: 100 * second }], [{ from: 10 * second, to: 12 * second }]).cuts).toEqual([{ from: 10 * second, to: 12 * second, isLost: true }]);
    const cuts = axisOf(range, [{ from: 0, to: 10 * second }, { from: 90 * second, to: 100 * second }], [{ from: 20 * second, to: 95 * second }, { from: 200 * second, to: 300 * second }]).cuts;
    expect(cuts).toEqual([{ from: 10 * second, to: 95 * second, isLost: true }]);
    expect(gapsOf(axisOf(range, [], [{ from: 20 * second, to: 50 * second }]))[0]).toMatchObject({ isLost: true, ms: 30 * second });
  });

  it("never goes back, nor leaves its bounds, however many cuts there are", () => {
    const busy: Range[] = Array.from({ length: 40 }, (_, i) => ({ from: i * minute, to: i * minute + 1 }));
    const lost = Array.from({ length: 40 }, (_, i) => ({ from: i * minute + 10 * second, to: i * minute + 20 * second }));
    const axis = axisOf({ from: 0, to: 40 * minute }, busy, lost);
    const places = Array.from({ length: 401 }, (_, i) => percentOf(axis, i * 6 * second));
    expect(places.every((at, i) => at >= (places[i - 1] ?? 0) && at <= 100.000001)).toBe(true);
    expect(places.at(-1)).toBeCloseTo(100);
    expect(ticksOf(axis, 0).length).toBeLessThan(50);
  });
});

describe("the times on the axis", () => {
  it("leave out the last one where its text would be cut off", () => {
    const last = (to: number) => ticksOf(axisOf({ from: 0, to }, [{ from: 0, to }], []), 0).at(-1)?.text;
    expect([last(10.1 * second), last(12 * second)]).toEqual(["8.0 s", "10.0 s"]);
  });
});

let at = 0;
const event = (type: string, payload: object, run: string | undefined = "r", ms = (at += 1000)): AgentEvent =>
  ({ event_id: `e${ms}`, session_id: "s", ...(run === undefined ? {} : { run_id: run }), timestamp: new Date(1_700_000_000_000 + ms).toISOString(), type, payload }) as unknown as AgentEvent;

describe("what happens", () => {
  it("is what is done, not a run that waits for a person, or for its next call", () => {
    at = 0;
    const events = [
      event("run_started", { run_id: "r" }),
      event("tool_call_started", { tool_call_id: "a", tool_name: "read", args: {} }),
      event("tool_call_result", { tool_call_id: "a", tool_name: "read", result: 1 }, "r", 30_000),
      event("tool_call_started", { tool_call_id: "b", tool_name: "send", args: {} }, "r", 300_000),
      event("tool_approval_requested", { approval_id: "q", run_id: "r", tool_call_id: "b", tool_name: "send" }, "r", 300_001),
    ];
    const state = events.reduce(reduceTrace, initialTrace);
    expect(busyIn(traceTree(state), 1_700_000_900_000).map(({ from, to }) => [from - 1.7e12, to - 1.7e12])).toEqual([[1000, 1000], [2000, 30_000], [300_000, 300_000]]);
  });

  it("is lost between the last event before a gap and the first after it", () => {
    const told = [event("note", {}, undefined, 1000), event("stream_gap", { from: "1-1", to: "1-4" }, undefined, 5000), event("heartbeat", { cursor: "1-4" }, undefined, 6000)].reduce(reduceTrace, initialTrace);
    expect(told.lost).toEqual([{ from: "2023-11-14T22:13:21.000Z", to: undefined }]);
    const later = [event("note", {}, undefined, 9000), event("note", {}, undefined, 9500)].reduce(reduceTrace, told);
    expect(later.lost).toEqual([{ from: "2023-11-14T22:13:21.000Z", to: "2023-11-14T22:13:29.000Z" }]);
    expect([event("stream_gap", { from: "1-1", to: "1-4" }, undefined, 1)].reduce(reduceTrace, initialTrace).lost).toEqual([]);
  });
});

describe("the errors of a trace", () => {
  it("are as many as its nodes have", () => {
    at = 0;
    const events = [
      event("run_started", { run_id: "r" }),
      event("workflow_started", { workflow: "deploy", run_id: "w" }, "w"),
      event("workflow_step_started", { step_id: "a", run_id: "w" }, "w"),
      event("workflow_step_completed", { step_id: "a", run_id: "w", status: "failed" }, "w"),
      event("tool_call_started", { tool_call_id: "c", tool_name: "read", args: {} }),
      event("tool_call_result", { tool_call_id: "c", tool_name: "read", error: "timeout" }),
      event("tool_call_result", { tool_call_id: "d", tool_name: "read", error: "no", blocked: true }),
      event("run_error", { message: "again", error_type: "x" }),
      event("run_error", { message: "again", error_type: "x" }),
      event("run_failed", { run_id: "r", error: "gone" }),
      event("run_failed", { run_id: "r2", error: "gone" }, "r2"),
      event("workflow_failed", { run_id: "w", error: "no" }, "w"),
    ];
    for (let count = 0; count <= events.length; count++) {
      const state = events.slice(0, count).reduce(reduceTrace, initialTrace);
      expect(traceErrors(state)).toBe(traceNodes(traceTree(state)).reduce((sum, { ownErrors }) => sum + ownErrors, 0));
    }
    expect(traceErrors(events.reduce(reduceTrace, initialTrace))).toBeGreaterThanOrEqual(4);
  });
});

describe("a full time", () => {
  it("has its date, milliseconds and zone", () => {
    expect(fullTime("2026-11-30T03:00:00.1239Z")).toBe("2026-11-30 03:00:00.123 UTC");
    expect(fullTime("2026-11-30T03:00:00+05:30")).toBe("2026-11-29 21:30:00.000 UTC");
    expect(fullTime("2026-11-30T03:00:00Z", true)).toMatch(/^2026-(11-29|11-30) \d\d:\d\d:00\.000 [+-]\d\d:\d\d$/);
    expect(fullTime("yesterday", true)).toBe("yesterday");
  });
});
