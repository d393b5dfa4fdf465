import type { AgentEvent } from "../../src/index.js";
import { catalogue, type EventFamilies } from "../../src/events.generated.js";
import { describe, formatTime, lineOf } from "../../src/components/describe.js";
import { jsonOf } from "../../src/index.js";
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
const comparable = (text: string): string => text.normalize().toLowerCase().replace(/\s+/g, " ");

/** The message, thought or tool call that an event belongs to: a search shows all events of it, or none. */
function wholeOf({ type, session_id, run_id, agent_id, payload }: AgentEvent): string | undefined {
  const { message_id, tool_call_id, agent = agent_id } = payload as { readonly [name: string]: unknown };
  const isThought = type.startsWith("agent_thought");
  if (typeof tool_call_id === "string") return `t ${session_id} ${tool_call_id}`;
  if (typeof message_id === "string") return `${isThought ? "h" : "m"} ${session_id} ${message_id}`;
  // Thoughts need no id.
  return isThought ? `h ${session_id} ${run_id} ${String(agent)}` : undefined;
}

/** The events that pass the filter; the same list when all do. */
export function filtered(events: readonly AgentEvent[], filter: Filter): readonly AgentEvent[] {
  if (!isFiltering(filter)) return events;
  const { type, text } = filter;
  const ofType = events.filter((event) => (type === "" || event.type === type) && (filter.groups.length === 0 || filter.groups.includes(groupOf(event.type))));
  const wanted = comparable(text.trim());
  if (wanted === "") return ofType;

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
  for (const whole of wholes.values()) whole.isFound ||= comparable(whole.deltas.join("")).includes(wanted);
  return ofType.filter((event) => found.has(event) || wholes.get(wholeOf(event) ?? "")?.isFound === true);
}
