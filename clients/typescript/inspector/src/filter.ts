import type { AgentEvent } from "../../src/index.js";
import { catalogue, type EventFamilies } from "../../src/events.generated.js";
import { describe, formatDuration, formatTime, lineOf, titleOf } from "../../src/components/describe.js";
import { initialTimeline, jsonOf, type TimelineState } from "../../src/index.js";
import { idOf } from "../../src/reducers/shared.js";
import { isKnownType } from "../../src/shape.js";

/** Kinds of events to filter by, because there are seventy types. */
export const groups = ["Messages", "Thoughts", "Tools", "Runs", "Workflow", "Metrics", "Other", "Stream"] as const;
export type Group = (typeof groups)[number];

const groupOfFamily: { readonly [F in keyof EventFamilies]?: Group } = {
  message: "Messages",
  thought: "Thoughts",
  tool: "Tools",
  run: "Runs",
  status: "Runs",
  step: "Workflow",
  workflow: "Workflow",
  metrics: "Metrics",
  control: "Stream",
};

export function groupOf(type: string): Group {
  return isKnownType(type) ? (groupOfFamily[catalogue[type][0]] ?? "Other") : "Other";
}

export interface Filter {
  /** None: all. */
  readonly groups: readonly Group[];
  /** One type; empty: all. */
  readonly type: string;
  readonly text: string;
}

export const noFilter: Filter = { groups: [], type: "", text: "" };

export const isFiltering = ({ groups, type, text }: Filter): boolean => groups.length > 0 || type !== "" || text.trim() !== "";

const texts = new WeakMap<AgentEvent, string>();

/** The text of an event to search in: all that the page shows of it, as JSON, laid out, and in words. */
function textOf(event: AgentEvent): string {
  let text = texts.get(event);
  if (text !== undefined) return text;
  const { payload, timestamp } = event;
  const { title, text: said } = describe(event);
  const words = [title, said, lineOf(payload.result), lineOf(payload.output), formatTime(timestamp, true), ...stringsOf(event)];
  texts.set(event, (text = comparable([jsonOf(event), jsonOf(event, 2), ...words].join("\n"))));
  return text;
}

/** The texts in a value: JSON writes their quotes and backslashes in another way. */
function stringsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return /["\\\p{Cc}]/u.test(value) ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

/** Without case, and with one space for any blanks: an input has but one line. */
export const comparable = (text: string): string => text.normalize().toLowerCase().replace(/\s+/g, " ");

/** The message, thought or tool call that an event belongs to: a search shows all events of it, or none. */
function wholeOf({ type, session_id, run_id, agent_id, payload }: AgentEvent): string | undefined {
  const { agent = agent_id } = payload as { readonly [name: string]: unknown };
  const [call, message] = [idOf(payload, "tool_call_id"), idOf(payload, "message_id")];
  const isThought = type.startsWith("agent_thought");
  if (call !== undefined) return `t ${session_id} ${call}`;
  if (message !== undefined) return `${isThought ? "h" : "m"} ${session_id} ${message}`;
  // Thoughts need no id.
  return isThought ? `h ${session_id} ${run_id} ${String(agent)}` : undefined;
}

/** What rows of the timeline say that no event does: how a call or message went, how long it took, and who spoke. */
function saidOf({ messages, toolCalls }: TimelineState): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  const add = (whole: string, ...words: readonly string[]) => void said.set(whole, comparable([said.get(whole) ?? "", ...words].join("\n")));
  for (const { id, sessionId, status, durationMs } of toolCalls.toolCalls) add(`t ${sessionId} ${id}`, titleOf(status), formatDuration(durationMs));
  for (const { id, kind, sessionId, runId, agent, role, status } of messages.messages) {
    const whole = id !== undefined ? `${kind === "thought" ? "h" : "m"} ${sessionId} ${id}` : `h ${sessionId} ${runId} ${String(agent)}`;
    add(whole, kind === "thought" ? "Thought" : titleOf(role ?? "message"), status === "interrupted" ? titleOf(status) : "");
  }
  return said;
}

/**
 * The events that pass the filter; the same list when all do.
 * @param timeline What all events add up to, which the page shows.
 */
export function filtered(events: readonly AgentEvent[], filter: Filter, timeline = initialTimeline): readonly AgentEvent[] {
  if (!isFiltering(filter)) return events;
  const { type, text } = filter;
  const ofType = events.filter((event) => (type === "" || event.type === type) && (filter.groups.length === 0 || filter.groups.includes(groupOf(event.type))));
  const wanted = comparable(text.trim());
  if (wanted === "") return ofType;

  const said = saidOf(timeline);
  const found = new Set<AgentEvent>();
  const wholes = new Map<string, { isFound: boolean; readonly deltas: string[] }>();
  for (const event of ofType) {
    const isFound = textOf(event).includes(wanted);
    if (isFound) found.add(event);
    const whole = wholeOf(event);
    if (whole === undefined) continue;
    const known = wholes.get(whole) ?? { isFound: false, deltas: [] };
    const { delta } = event.payload as { readonly delta?: unknown };
    if (typeof delta === "string") known.deltas.push(delta);
    known.isFound ||= isFound;
    wholes.set(whole, known);
  }
  // A word may be split over several deltas, and a character.
  for (const [name, whole] of wholes) whole.isFound ||= comparable(whole.deltas.join("")).includes(wanted) || said.get(name)?.includes(wanted) === true;
  return ofType.filter((event) => found.has(event) || wholes.get(wholeOf(event) ?? "")?.isFound === true);
}
