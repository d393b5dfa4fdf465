import { type AgentEvent, initialTimeline, reduceTimeline } from "@eventstream/client";
import type { UIMessage } from "ai";

/** A history as `useChat` keeps it: what users said, and one message for each run that has ended. A run that goes on is streamed from its start. */
export function messagesOf(events: readonly AgentEvent[], ended: readonly string[]): UIMessage[] {
  const timeline = events.reduce(reduceTimeline, initialTimeline);
  const told = new Map<string, UIMessage>();
  const add = (id: string | undefined, role: UIMessage["role"], part: UIMessage["parts"][number]) => {
    if (id !== undefined && (role === "user" || ended.includes(id))) told.set(id, { id, role, parts: [...(told.get(id)?.parts ?? []), part] });
  };
  for (const { kind, key } of timeline.entries) {
    const message = kind === "message" ? timeline.messages.messages.find((each) => each.key === key) : undefined;
    if (message?.role === "user") add(message.id, "user", { type: "text", text: message.text });
    else if (message !== undefined) add(message.runId, "assistant", { type: message.kind === "thought" ? "reasoning" : "text", text: message.text });
    const call = kind === "tool_call" ? timeline.toolCalls.toolCalls.find((each) => each.key === key) : undefined;
    if (call !== undefined) add(call.runId, "assistant", { type: "dynamic-tool", toolName: call.name ?? "", toolCallId: call.id, state: "output-available", input: call.args, output: call.result ?? call.error });
  }
  return [...told.values()];
}
