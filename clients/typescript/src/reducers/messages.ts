import type { AgentEvent } from "../events.js";
import { hasExpectedShape } from "../shape.js";
import type { Reduced } from "./reduced.js";
import { agentOf, append, changeAt, changeWhere, endsWork, isEnd, mayBeOneRun, runOf, textOf, withMalformed } from "./shared.js";

/** A message or a thought, with its text so far. */
export interface Message {
  /** Unique in the state. */
  readonly key: string;
  /** Its `message_id`; thoughts may have none. */
  readonly id: string | undefined;
  readonly kind: "message" | "thought";
  readonly sessionId: string;
  readonly runId: string | undefined;
  readonly agent: string | undefined;
  readonly role: string | undefined;
  readonly text: string;
  /** `interrupted`: its run or session ended before it did. */
  readonly status: "streaming" | "complete" | "interrupted";
  readonly startedAt: string;
  readonly updatedAt: string;
}

export interface MessagesState extends Reduced {
  /** In the order in which they began. */
  readonly messages: readonly Message[];
  /** How many there have been in all. */
  readonly begun: number;
}

export const initialMessages: MessagesState = { messages: [], begun: 0, malformed: [] };

/** Merges deltas by `message_id`; start, end and updates replace. */
export function reduceMessages(state: MessagesState, event: AgentEvent): MessagesState {
  switch (event.type) {
    case "agent_message_start":
    case "agent_message_delta":
    case "agent_message_end":
    case "agent_thought_delta":
    case "agent_thought":
    case "message_created":
    case "message_updated":
      return hasExpectedShape(event) ? tell(state, event) : withMalformed(state, event);
  }
  if (!isEnd(event)) return state;
  const isOpen = (message: Message) => message.status === "streaming" && endsWork(event, message);
  const messages = changeWhere(state.messages, isOpen, { status: "interrupted" });
  return messages === state.messages ? state : { ...state, messages };
}

function tell(state: MessagesState, event: AgentEvent): MessagesState {
  const { payload } = event;
  const delta = textOf(payload, "delta");
  const content = textOf(payload, "content");
  switch (event.type) {
    case "agent_message_start":
      return change(state, event, "message", (open) => (open?.status === "complete" ? undefined : { status: "streaming" }));
    case "agent_message_delta":
      return change(state, event, "message", (open) => ({ text: (open?.text ?? "") + delta, status: "streaming" }));
    case "agent_thought_delta":
      return change(state, event, "thought", (open) => ({ text: (open?.text ?? "") + delta, status: "streaming" }));
    case "agent_message_end":
      return change(state, event, "message", (open) => {
        // A text that the publisher had to cut is shorter than its deltas together.
        const isLess = payload.content_truncated === true && (open?.text.length ?? 0) > (content?.length ?? 0);
        return { ...(isLess ? {} : { text: content ?? "" }), status: "complete" };
      });
    case "agent_thought":
      return change(state, event, "thought", (open) => (open?.status === "complete" && open.id === undefined ? undefined : { text: content ?? "", status: "complete" }));
    case "message_created":
      return change(state, event, "message", () => ({ text: content ?? "", status: "complete" }));
    default:
      return change(state, event, "message", () => (content === undefined ? {} : { text: content }));
  }
}

/** @param changes Changes to the event's message; undefined begins a new message of the same id. */
function change(state: MessagesState, event: AgentEvent, kind: Message["kind"], changes: (known: Message | undefined) => Partial<Message> | undefined): MessagesState {
  const id = textOf(event.payload, "message_id");
  const runId = runOf(event);
  const agent = agentOf(event);
  const role = textOf(event.payload, "role");
  const at = state.messages.findLastIndex(
    (message) =>
      message.kind === kind &&
      message.id === id &&
      message.sessionId === event.session_id &&
      mayBeOneRun(message.runId, runId) &&
      // A thought without an id goes on with the last open one of its agent.
      (id !== undefined || (message.status === "streaming" && message.agent === agent)),
  );
  const known = state.messages[at];
  const changed = known === undefined ? undefined : changes(known);
  if (known !== undefined && changed !== undefined) {
    const named = { agent: known.agent ?? agent, role: role ?? known.role, runId: known.runId ?? runId, updatedAt: event.timestamp };
    return { ...state, messages: changeAt(state.messages, at, { ...named, ...changed }) };
  }
  const begun = state.begun + 1;
  const fresh: Message = {
    key: `m${begun}`,
    id,
    kind,
    sessionId: event.session_id,
    runId,
    agent,
    role,
    text: "",
    status: "complete",
    startedAt: event.timestamp,
    updatedAt: event.timestamp,
    ...changes(undefined),
  };
  return { ...state, begun, messages: append(state.messages, fresh) };
}
