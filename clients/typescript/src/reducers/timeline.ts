import type { AgentEvent } from "../events.js";
import { isKnownType } from "../shape.js";
import { initialMessages, reduceMessages, type MessagesState } from "./messages.js";
import { append } from "./shared.js";
import { initialToolCalls, reduceToolCalls, type ToolCallsState } from "./tool-calls.js";

/** What happened, in the order in which it began. An entry of a message or tool call holds its key in the state. */
export type TimelineEntry =
  | { readonly kind: "message" | "tool_call"; readonly key: string }
  | { readonly kind: "event"; readonly key: string; readonly event: AgentEvent; readonly repeats: number };

export interface TimelineState {
  readonly entries: readonly TimelineEntry[];
  /** How many entries there have been in all. */
  readonly begun: number;
  readonly messages: MessagesState;
  readonly toolCalls: ToolCallsState;
}

export const initialTimeline: TimelineState = { entries: [], begun: 0, messages: initialMessages, toolCalls: initialToolCalls };

/** Puts messages, tool calls and all other events into one list. An event of the wrong shape is listed as it came. */
export function reduceTimeline(state: TimelineState, event: AgentEvent): TimelineState {
  const messages = reduceMessages(state.messages, event);
  const toolCalls = reduceToolCalls(state.toolCalls, event);
  const { entries, begun } = state;
  const told = { entries, begun, messages, toolCalls };
  const add = (entry: TimelineEntry): TimelineState => ({ ...told, begun: begun + 1, entries: append(entries, entry) });
  if (messages.begun > state.messages.begun) return add({ kind: "message", key: `m${messages.begun}` });
  if (toolCalls.begun > state.toolCalls.begun) return add({ kind: "tool_call", key: `t${toolCalls.begun}` });
  const isMalformed = messages.malformed !== state.messages.malformed || toolCalls.malformed !== state.toolCalls.malformed;
  if (isTold(event) && !isMalformed) return told;

  // Measures come every few seconds, so those in a row share one line, which shows the newest.
  const last = entries.at(-1);
  const repeats = last?.kind === "event" && last.event.type === event.type && event.type === "metrics_update" ? last.repeats + 1 : 0;
  if (last !== undefined && repeats > 0) return { ...told, entries: [...entries.slice(0, -1), { kind: "event", key: last.key, event, repeats }] };
  return add({ kind: "event", key: `e${begun}`, event, repeats: 0 });
}

/** Whether a message or tool call shows what the event says. */
const isTold = ({ type }: AgentEvent): boolean => isKnownType(type) && /^(agent_message_|agent_thought|message_|tool_call_)/.test(type);
