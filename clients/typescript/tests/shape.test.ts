import { describe, expect, it } from "vitest";
import type { AgentEvent } from "../src/events.js";
import { familyGuard, hasExpectedShape, isObject, typeGuard } from "../src/shape.js";

const event = (type: string, payload: unknown) => ({ event_id: "1", session_id: "s", timestamp: "2026-01-01T00:00:00.000Z", type, payload }) as AgentEvent;

describe("hasExpectedShape", () => {
  it.each<[type: string, payload: unknown, isExpected: boolean]>([
    ["agent_message_delta", { message_id: "m", delta: "a" }, true],
    ["agent_message_delta", { message_id: "m", delta: "a", more: [1] }, true],
    ["agent_message_delta", { message_id: "m" }, false],
    ["agent_message_delta", { message_id: 1, delta: "a" }, false],
    ["agent_message_delta", null, false],
    ["agent_message_delta", "text", false],
    ["agent_message_delta", ["message_id", "delta"], false],
    ["tool_call_started", { tool_call_id: "t", tool_name: "ls", args: {} }, true],
    ["tool_call_started", { tool_call_id: "t", tool_name: "ls", args: [] }, false],
    ["tool_call_started", { tool_call_id: "t", tool_name: "ls", args: null }, false],
    ["session_deleted", {}, true],
    ["session_deleted", "text", false],
    ["of_mine", { message_id: "m", delta: "a" }, false],
    ["toString", {}, false],
  ])("%s %j: %s", (type, payload, isExpected) => {
    expect(hasExpectedShape(event(type, payload))).toBe(isExpected);
  });

  it("guards a type and a family", () => {
    const delta = event("agent_message_delta", { message_id: "m", delta: "a" });
    expect(typeGuard("agent_message_delta")(delta)).toBe(true);
    expect(typeGuard("agent_thought_delta")(delta)).toBe(false);
    expect(familyGuard("message")(delta)).toBe(true);
    expect(familyGuard("tool")(delta)).toBe(false);
    expect(familyGuard("message")(event("agent_message_delta", {}))).toBe(false);
  });

  it.each<[unknown, boolean]>([[{}, true], [null, false], [[], false], ["a", false], [undefined, false], [1, false]])("isObject(%j) is %s", (value, expected) => {
    expect(isObject(value)).toBe(expected);
  });
});
