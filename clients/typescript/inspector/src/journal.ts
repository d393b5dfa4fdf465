import type { AgentEvent } from "../../src/index.js";
import { roles } from "../../src/events.generated.js";
import type { EventsSnapshot, EventStats } from "../../src/react/index.js";
import { isEvent } from "../../src/index.js";

/** A sentence about the connection, for the reader. */
export interface JournalEntry {
  readonly at: string;
  readonly kind: "open" | "back" | "gap" | "closing" | "lost";
  readonly text: string;
}

const reasons: { readonly [reason: string]: string } = {
  expired: "what came before has expired in the log",
  epoch_changed: "the log was lost or had expired, and a new one began, as when a server that keeps events in memory starts anew",
  ahead: "the log has lost its newest events",
  malformed_cursor: "the last event id was not a cursor",
};

const emptied = "the server holds nothing of this session any more: its log has expired, or the server keeps events in memory and was started anew";

const endings: { readonly [reason: string]: string } = {
  draining: "The server stops, and asks clients to reconnect.",
  rotation: "The connection is old; the server asks clients to reconnect.",
  busy: "The server has too many streams, and asks clients to reconnect later.",
  unavailable: "The server's storage doesn't answer; trying again.",
  slow_consumer: "This page read events too slowly, and reconnects.",
  auth_expired: "What let this page in has expired.",
  auth_revoked: "The server took back the key that let this page in.",
  session_ended: "The session has ended.",
  session_deleted: "The session was deleted.",
};

const wordsFor = (words: { readonly [name: string]: string }, name: string): string | undefined => (Object.hasOwn(words, name) ? words[name] : undefined);

/**
 * What a frame of the server's own means for the reader; undefined for all other events.
 * @param isExpected Whether a connection is no news: the first one, and one with another ticket.
 */
export function describeControl(event: AgentEvent, isExpected: boolean): JournalEntry | undefined {
  const at = event.timestamp;
  if (isEvent(event, "session_stream_started")) {
    const { reason, replayed } = event.payload;
    const repeated = replayed === 0 ? "" : ` ${replayed} ${replayed === 1 ? "event was" : "events were"} fetched from the log.`;
    const why = reason === "expired" && event.payload.cursor === "0-0" ? emptied : wordsFor(reasons, reason ?? "") ?? reason;
    if (why != null) return { at, kind: "gap", text: `Connected, but events may be missing: ${why}.${repeated}` };
    return isExpected ? { at, kind: "open", text: repeated.trim() || "From here on all is live." } : { at, kind: "back", text: `Connected again; nothing was missed.${repeated}` };
  }
  if (isEvent(event, "stream_gap")) return { at, kind: "gap", text: `Events are missing: those after ${event.payload.from} up to ${event.payload.to} are gone for good.` };
  if (isEvent(event, "stream_closing")) return { at, kind: "closing", text: wordsFor(endings, event.payload.reason) ?? event.payload.message ?? `The server ended the stream: ${event.payload.reason}.` };
  return undefined;
}

const stories = new WeakMap<AgentEvent, AgentEvent | null>();

/** The event as the timeline shows it: of the server's own frames only those that matter to a reader. */
export function toldAs(event: AgentEvent, isExpected: boolean): AgentEvent | null {
  if (event.type === "heartbeat" || event.type === "stream_closing" || event.type === "auth_expiring") return null;
  if (event.type !== "session_stream_started") return event;
  let story = stories.get(event);
  if (story === undefined) {
    const entry = describeControl(event, isExpected);
    story = entry?.kind === "gap" ? event : entry?.kind === "back" ? ({ ...event, type: "connected_again", payload: { message: entry.text.replace(/^[^;]*; n/, "N") } } as unknown as AgentEvent) : null;
    stories.set(event, story);
  }
  return story;
}

/** How many events came before the first one here: the log has dropped them, or this page has. */
export function missingBefore(events: readonly AgentEvent[]): number {
  const first = events.find((event) => event.id !== undefined && !isControl(event));
  const offset = Number(first?.id?.split("-")[1] ?? 1);
  return offset > 1 ? offset - 1 : 0;
}

/** How many events there were, without the server's own frames. */
export const published = ({ total, byType }: EventStats): number => roles.control.reduce((rest, type) => rest - (byType[type] ?? 0), total);

/** Whether nothing was ever published to a stream that is watched. What a log has lost is another thing, which the journal tells. */
export function hasNothing({ state, stats, events }: EventsSnapshot): boolean {
  if (state !== "open" || published(stats) > 0) return false;
  const verdict = events.findLast((event) => isEvent(event, "session_stream_started"));
  return verdict !== undefined && isEvent(verdict, "session_stream_started") && verdict.payload.replayed === 0 && verdict.payload.reason == null;
}

/** Whether the server says it of the stream itself. */
export const isControl = ({ type }: AgentEvent): boolean => (roles.control as readonly string[]).includes(type);

/** What the timeline is made from. */
export function story(events: readonly AgentEvent[]): readonly AgentEvent[] {
  let isExpected = true;
  const told: AgentEvent[] = [];
  for (const event of events) {
    const story = toldAs(event, isExpected);
    if (event.type === "session_stream_started" || event.type === "auth_expiring") isExpected = event.type === "auth_expiring";
    if (story !== null) told.push(story);
  }
  return told;
}
