import { initialMessages, initialTimeline, initialToolCalls, reduceMessages, reduceTimeline, reduceToolCalls, type AgentEvent } from "../../src/index.js";

let second = 0;
/** An event, a second after the one before. */
export const event = (type: string, payload: object, runId: string | undefined = "r1"): AgentEvent =>
  ({ event_id: `e${++second}`, session_id: "s", timestamp: new Date(1_700_000_000_000 + second * 1000).toISOString(), type, payload, ...(runId === undefined ? {} : { run_id: runId }) }) as unknown as AgentEvent;

export const messagesOf = (events: readonly AgentEvent[]) => events.reduce(reduceMessages, initialMessages).messages;
export const callsOf = (events: readonly AgentEvent[]) => events.reduce(reduceToolCalls, initialToolCalls).toolCalls;
export const entriesOf = (events: readonly AgentEvent[]) => events.reduce(reduceTimeline, initialTimeline).entries.filter((entry) => entry.kind !== "event").length;

export const start = (args: object, id = "t", runId?: string) => event("tool_call_started", { tool_call_id: id, tool_name: "ls", args }, runId);
export const result = (value: unknown, id = "t", runId?: string) => event("tool_call_result", { tool_call_id: id, tool_name: "ls", result: value }, runId);
export const delta = (text: string, more: object = {}) => event("agent_message_delta", { message_id: "m", delta: text, ...more });
export const end = (content: string, more: object = {}) => event("agent_message_end", { message_id: "m", content, ...more });
export const begin = () => event("agent_message_start", { message_id: "m" });
export const completed = (runId = "r1") => event("run_completed", { run_id: runId }, runId);
