import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginningOf, describe as wordsFor, formatDuration, formatJson, formatTime, lineOf } from "../src/components/describe.js";
import { whole } from "../src/text.js";
import { parseEvent } from "../src/index.js";
import { timeOf } from "../src/time.js";

describe("a duration", () => {
  it.each([
    [undefined, ""],
    [Number.NaN, ""],
    [0, "0 ms"],
    [0.44, "0.4 ms"],
    [12.5, "13 ms"],
    [999.4, "999 ms"],
    [999.6, "1.0 s"],
    [1000, "1.0 s"],
    [59_949, "59.9 s"],
    [59_950, "1 min 0 s"],
    [59_999.9, "1 min 0 s"],
    [60_000, "1 min 0 s"],
    [119_499, "1 min 59 s"],
    [119_500, "2 min 0 s"],
    [3_599_499, "59 min 59 s"],
    [3_599_500, "1 h 0 min"],
    [7_199_999, "2 h 0 min"],
    [90_000_000, "25 h 0 min"],
  ])("of %s ms is %j", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("never has a full unit", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => {
        expect(formatDuration(ms)).not.toMatch(/\b60 s|\b60\.0 s|\b1000 ms|\b60 min/);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe("a time", () => {
  it("is shown in UTC, and as it came when it names no moment beyond doubt", () => {
    expect(formatTime("2026-11-21T10:00:03.5Z")).toBe("10:00:03");
    expect(formatTime("2026-11-21T10:00:03+02:00")).toBe("08:00:03");
    for (const text of ["05/06/2025 07:39:07", "10:30:00.123", "2026-11-21", "2026-11-21T10:00:00", "2026-13-41T10:00:00Z", "10", ""]) {
      expect([formatTime(text), formatTime(text, true), timeOf(text)]).toEqual([text, text, undefined]);
    }
  });
});

describe("a value", () => {
  const payloadOf = (json: string) => parseEvent(`{"type":"note","payload":${json}}`)?.payload;

  it("has its numbers as they came, in one line and laid out", () => {
    expect(lineOf(payloadOf('{"price":1.10,"ids":[9007199254740993,1]}'))).toBe("Price 1.10, Ids 9007199254740993; 1");
    expect(formatJson(payloadOf('{"price":1.10}'))).toBe('{"price":1.10}');
    expect(formatJson(payloadOf(`{"price":1.10,"text":"${"x".repeat(60)}"}`))).toBe(`{\n  "price": 1.10,\n  "text": "${"x".repeat(60)}"\n}`);
  });

  it("says that it was cut, and never within a character", () => {
    expect(lineOf("x".repeat(160))).toBe("x".repeat(160));
    expect(lineOf("x".repeat(161))).toBe(`${"x".repeat(160)}…`);
    expect(lineOf(`${"x".repeat(159)}😀`)).toBe(`${"x".repeat(159)}…`);
    expect(lineOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBe("1; 2; 3; 4; 5; 6; 7; 8; 9; …");
    expect(lineOf({ a: { b: { c: { d: 1 } } } })).toBe("A B C …");
    expect(lineOf({ a: null, b: {}, c: [] })).toBe("");
    expect(beginningOf("a😀", 2)).toBe("a…");
    expect([whole("a\ud83d"), whole("a😀"), whole("")]).toEqual(["a", "a😀", ""]);
  });
});

describe("what people and agents say to each other", () => {
  it.each([
    ["run_requested", { run_id: "r1", agent: "planner", input: { question: "why?" } }, "Run requested", "planner: Question why?"],
    ["run_requested", { run_id: "r1", agent: "planner" }, "Run requested", "planner"],
    ["tool_approval_requested", { tool_name: "rm", reason: "It deletes." }, "Tool approval requested", "rm: It deletes."],
    ["tool_approval_requested", { tool_name: 5 }, "Tool approval requested", ""],
    ["tool_approval_answered", { approved: true, answered_by: "ada" }, "Tool approved", "ada"],
    ["tool_approval_answered", { approved: false, reason: "Not now." }, "Tool refused", "Not now."],
    ["run_failed", { error: "x", error_type: "lost" }, "Run lost", "Its worker gave no sign of life in time: it died, or lost the network."],
    ["run_failed", { error: "x", error_type: "unclaimed" }, "Run unclaimed", "No worker of the agent took it in time."],
    ["run_failed", { error: "x", error_type: "constructor" }, "Run failed", "x"],
  ])("is a line: %s %j", (type, payload, title, text) => {
    const told = parseEvent(JSON.stringify({ type, payload })) as Parameters<typeof wordsFor>[0];
    expect(wordsFor(told)).toEqual({ title, text });
  });
});
