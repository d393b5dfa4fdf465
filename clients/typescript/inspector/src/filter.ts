import type { AgentEvent } from "../../src/index.js";
import { catalogue, type EventFamilies } from "../../src/events.generated.js";
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

/** The text of an event to search in. */
function textOf(event: AgentEvent): string {
  let text = texts.get(event);
  if (text === undefined) texts.set(event, (text = JSON.stringify(event).toLowerCase()));
  return text;
}

/** The message or tool call that an event belongs to: a search shows all events of it, or none. */
function wholeOf({ session_id, payload }: AgentEvent): string | undefined {
  const { message_id, tool_call_id } = payload as { readonly message_id?: unknown; readonly tool_call_id?: unknown };
  return typeof tool_call_id === "string" ? `t ${session_id} ${tool_call_id}` : typeof message_id === "string" ? `m ${session_id} ${message_id}` : undefined;
}

/** The events that pass the filter; the same list when all do. */
export function filtered(events: readonly AgentEvent[], filter: Filter): readonly AgentEvent[] {
  if (!isFiltering(filter)) return events;
  const { type, text } = filter;
  const ofType = events.filter((event) => (type === "" || event.type === type) && (filter.groups.length === 0 || filter.groups.includes(groupOf(event.type))));
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return ofType;

  const found = new Set<AgentEvent>();
  const wholes = new Map<string, { said: string; isFound: boolean }>();
  for (const event of ofType) {
    const isFound = textOf(event).includes(wanted);
    if (isFound) found.add(event);
    const whole = wholeOf(event);
    if (whole === undefined) continue;
    const known = wholes.get(whole) ?? { said: "", isFound: false };
    const { delta } = event.payload as { readonly delta?: unknown };
    // A word may be split over several deltas.
    if (typeof delta === "string" && !known.isFound) known.said += delta.toLowerCase();
    known.isFound ||= isFound || known.said.includes(wanted);
    wholes.set(whole, known);
  }
  return ofType.filter((event) => found.has(event) || wholes.get(wholeOf(event) ?? "")?.isFound === true);
}
