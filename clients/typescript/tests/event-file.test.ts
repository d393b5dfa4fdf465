import { describe, expect, it } from "vitest";
import { readEventFile } from "../inspector/src/event-file.js";
import { linesOf } from "../inspector/src/export.js";

const read = (text: string, size = text.length) => readEventFile({ name: "night.jsonl", size, text: () => Promise.resolve(text) });
const line = (more: object = {}) => JSON.stringify({ event_id: "e", session_id: "s", timestamp: "2026-11-30T03:00:00.000Z", type: "note", payload: {}, ...more });

describe("a file of events", () => {
  it("holds what was exported, number by number", async () => {
    const text = '{"event_id":"e1","session_id":"s","timestamp":"2026-11-30T03:00:00Z","type":"note","payload":{"price":1.10,"id":9007199254740993},"id":"1-1"}\n';
    const { events, faults } = await read(text);
    expect(faults).toEqual([]);
    expect(linesOf(events)).toBe(text);
  });

  it("names bad lines with the reason, and takes the others", async () => {
    const file = await read(["\uFEFF" + line(), "{", "", "[1]", line({ type: 7 }), line({ payload: "x" }), line({ session_id: undefined }), line({ timestamp: "yesterday" }), line({ run_id: 7 }), "  " + line({ event_id: undefined }) + "\r"].join("\n"));
    expect(file.events.map(({ event_id, id }) => [event_id, id])).toEqual([["e", "0-1"], ["line-10", "0-2"]]);
    expect(file.faults.map((fault) => [fault.line, fault.reason.replace(/:.*/, "")])).toEqual([
      [2, "no JSON"], [4, "no object"], [5, "no type"], [6, "no payload that is an object"], [7, "no session_id"], [8, "no timestamp such as 2026-11-30T03"], [9, "run_id is no text"],
    ]);
  });

  it("is bounded, in bytes, events and faults", async () => {
    await expect(read("", 64 * 1024 * 1024 + 1)).rejects.toThrow("night.jsonl has 65 MiB; at most 64 MiB are read. Its end is made by: tail -n 100000 night.jsonl > end.jsonl");
    const file = await read(`${"x\n".repeat(150)}${(line() + "\n").repeat(100_002)}`);
    expect([file.badLines, file.faults.length, file.events.length, file.leftOut, file.events[0]?.id]).toEqual([150, 100, 100_000, 2, "0-3"]);
  });
});
