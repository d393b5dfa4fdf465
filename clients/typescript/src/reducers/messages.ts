import type { AgentEvent } from "../events.js";
import { hasExpectedShape } from "../shape.js";
import type { Reduced } from "./reduced.js";
import { agentOf, append, changeAt, endsWork, isEnd, lastOf, mayBeOfAgent, mayBeOneRun, runOf, textOf, withMalformed, withTextIds } from "./shared.js";

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
  /** Whether its start or a delta came; its end may come before them. */
  readonly isStartKnown: boolean;
  /** When its end came, or that of its run. */
  readonly endedAt: string | undefined;
  /** The part of the text that its end told and no delta has yet. */
  readonly untold: string;
  /** Whether its start is still to come: its end came before everything else. */
  readonly awaitsStart: boolean;
  /** Whether deltas that come after its end are its own: its start was told, so another message under its id would begin with a start too. */
  readonly takesDeltas: boolean;
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
      return tellShaped(state, event);
  }
  if (!isEnd(event)) return state;
  const isOpen = (message: Message) => message.status === "streaming" && endsWork(event, message);
  if (!state.messages.some(isOpen)) return state;
  // Publishers that tell deltas alone have said all when their run completes, and a thought when its agent goes on to something else.
  const isSaid = (message: Message) => event.type === "run_completed" || (message.kind === "thought" && message !== state.messages.findLast((other) => isOfSame(other, message)));
  const messages = state.messages.map((message) => (isOpen(message) ? { ...message, status: isSaid(message) ? ("complete" as const) : ("interrupted" as const), endedAt: event.timestamp } : message));
  return { ...state, messages };
}

function tellShaped(state: MessagesState, event: AgentEvent): MessagesState {
  const named = withTextIds(event);
  return hasExpectedShape(named) ? tell(state, named) : withMalformed(state, event);
}

const isOfSame = (a: Message, b: Message): boolean => a.sessionId === b.sessionId && a.runId === b.runId && a.agent === b.agent;

function tell(state: MessagesState, event: AgentEvent): MessagesState {
  const { payload } = event;
  const content = textOf(payload, "content");
  switch (event.type) {
    case "agent_message_start":
      return change(state, event, "message", (known) => ({ status: known?.endedAt === undefined ? "streaming" : known.status, isStartKnown: true, awaitsStart: false, takesDeltas: true }), (known) => known.isStartKnown && !known.awaitsStart);
    case "agent_message_delta":
      return change(state, event, "message", (known) => grown(known, event), (known) => known.status === "complete" && known.endedAt !== undefined && !known.takesDeltas && !isLate(known, event));
    case "agent_thought_delta":
      return change(state, event, "thought", (known) => grown(known, event), (known) => known.status === "complete" && !isLate(known, event));
    case "agent_message_end":
      return change(state, event, "message", (known) => ended(known, event), (known) => isAnother(known, event));
    case "agent_thought":
      return change(state, event, "thought", (known) => ended(known, event), (known) => known.id === undefined || isAnother(known, event));
    case "message_created":
      // A message that is created empty is begun by what follows.
      return change(state, event, "message", (known) => (content ? { ...ended(known, event), endedAt: known?.endedAt, isStartKnown: true } : {}));
    default:
      return change(state, event, kindOf(state, event), () => (content === undefined ? {} : { text: content, untold: "" }));
  }
}

/** Whether a delta is part of a text that an end has told before it; late deltas may overtake each other. */
function isLate({ untold }: Message, { payload }: AgentEvent): boolean {
  return untold.includes(textOf(payload, "delta") ?? "");
}

function grown(known: Message | undefined, event: AgentEvent): Partial<Message> {
  const { payload } = event;
  const delta = textOf(payload, "delta") ?? "";
  if (known !== undefined && isLate(known, event)) return { untold: known.untold.replace(delta, ""), isStartKnown: true };
  const text = payload.replace === true ? delta : (known?.text ?? "") + delta;
  // What comes after its end, or that of its run or session, doesn't open it again.
  const isOver = known?.status === "interrupted" || (known?.takesDeltas === true && known.endedAt !== undefined);
  return { text, untold: "", isStartKnown: true, status: isOver ? known.status : "streaming" };
}

function ended(known: Message | undefined, event: AgentEvent): Partial<Message> {
  const { payload, timestamp } = event;
  const content = textOf(payload, "content") ?? "";
  const { text = "", untold = "" } = known ?? {};
  const isFirst = known === undefined && event.type === "agent_message_end";
  const told = text.slice(0, text.length - untold.length);
  // A text that the publisher had to cut, or left out, is shorter than its deltas together.
  if ((payload.content_truncated === true || content === "") && text.length > content.length) return { status: "complete", endedAt: timestamp };
  return { text: content, untold: content.startsWith(told) ? content.slice(told.length) : "", status: "complete", endedAt: timestamp, ...(isFirst ? { awaitsStart: true, takesDeltas: content === "" } : {}) };
}

/** Whether an end is of another message than the ended one of its id: its text neither goes on with that one's nor repeats it. */
function isAnother({ status, endedAt, text }: Message, { payload }: AgentEvent): boolean {
  const content = textOf(payload, "content") ?? "";
  return status === "complete" && endedAt !== undefined && payload.content_truncated !== true && !content.startsWith(text) && !text.startsWith(content);
}

/** Whether an update is of a message, or of a thought. */
function kindOf({ messages }: MessagesState, { payload, session_id }: AgentEvent): Message["kind"] {
  const id = textOf(payload, "message_id");
  const known = messages.filter((message) => message.id === id && message.sessionId === session_id);
  return known.length > 0 && known.every(({ kind }) => kind === "thought") ? "thought" : "message";
}

const isStreaming = ({ status }: Message): boolean => status === "streaming";

/**
 * @param changes Changes to the event's message, or to a new one.
 * @param isNew Whether the event begins a new message, although one of its id isn't open any more.
 */
function change(
  state: MessagesState,
  event: AgentEvent,
  kind: Message["kind"],
  changes: (known: Message | undefined) => Partial<Message>,
  isNew: (known: Message) => boolean = () => false,
): MessagesState {
  const id = textOf(event.payload, "message_id");
  const runId = runOf(event);
  const agent = agentOf(event);
  const role = textOf(event.payload, "role");
  const isMeant = (message: Message) =>
    message.kind === kind && message.sessionId === event.session_id && mayBeOneRun(message.runId, runId) && mayBeOfAgent(event, message.agent) &&
    // A thought without an id goes on with the last one of its agent.
    (id !== undefined || message.agent === agent);
  const at = lastOf(state.messages, id, isMeant, isStreaming);
  const known = state.messages[at];
  if (known !== undefined && (isStreaming(known) || !isNew(known))) {
    const named = { agent: known.agent ?? agent, role: role ?? known.role, runId: known.runId ?? runId, updatedAt: event.timestamp };
    return { ...state, messages: changeAt(state.messages, at, { ...named, ...changes(known) }) };
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
    isStartKnown: false,
    endedAt: undefined,
    untold: "",
    awaitsStart: false,
    takesDeltas: false,
    ...changes(undefined),
  };
  return { ...state, begun, messages: append(state.messages, fresh) };
}
