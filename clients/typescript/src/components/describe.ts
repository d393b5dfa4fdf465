import { type AgentEvent, jsonOf, numberText } from "../index.js";
import { whole } from "../text.js";
import { timeOf } from "../time.js";

/** "tool_call_started" as a person would write it. */
export function titleOf(name: string): string {
  const words = name.replace(/[_.]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// Maps, because an event type may have the name of a member of every object, such as `constructor`.
const titles = new Map([
  ["stream_gap", "Events are missing here: the log no longer has them"],
  ["session_stream_started", "The stream resumed at another place; events may be missing here"],
]);

/** Why a server ended a run that no worker spoke for, by its `error_type`. */
export const failures = new Map([
  ["lost", "Its worker gave no sign of life in time: it died, or lost the network."],
  ["unclaimed", "No worker of the agent took it in time."],
]);

// The members that describe an event best, in order of preference.
const telling = ["message", "error", "error_message", "reason", "status", "description", "summary", "query", "workflow", "stage", "name", "step_id", "node_id", "text", "agent"];

/** What is said of events. */
export const eventTexts = {
  event: (type: string): string => titles.get(type) ?? titleOf(type),
  /** Why a server ended a run that no worker spoke for; undefined for all other words. */
  failure: (status: string): string | undefined => failures.get(status),
  runEnded: (status: string): string => `Run ${status}`,
  toolApproved: "Tool approved",
  toolRefused: "Tool refused",
  /** A measure, as its publisher names it. */
  metric: titleOf,
};

type EventTexts = Readonly<typeof eventTexts>;

/** An event in one line. */
export function describe(event: AgentEvent, texts: EventTexts = eventTexts): { readonly title: string; readonly text: string } {
  const title = texts.event(event.type);
  const payload = event.payload as { readonly [name: string]: unknown };
  if (event.type === "metrics_update") return { title, text: measures(payload, texts) };
  if (event.type === "run_failed" && typeof payload.error_type === "string" && failures.has(payload.error_type)) return { title: texts.runEnded(payload.error_type), text: texts.failure(payload.error_type) ?? "" };
  if (event.type === "run_requested") return { title, text: [payload.agent, lineOf(payload.input)].filter(Boolean).join(": ") };
  if (event.type === "tool_approval_requested") return { title, text: [payload.tool_name, payload.reason].filter((value) => typeof value === "string").join(": ") };
  if (event.type === "tool_approval_answered") return { title: payload.approved === true ? texts.toolApproved : texts.toolRefused, text: [payload.answered_by, payload.reason].filter((value) => typeof value === "string").join(": ") };
  const found = telling.map((name) => payload[name]).find((value) => typeof value === "string" && value !== "");
  return { title, text: titles.has(event.type) ? "" : ((found as string | undefined) ?? "") };
}

const measures = (payload: { readonly [name: string]: unknown }, texts: EventTexts): string =>
  Object.entries(payload)
    .filter(([, value]) => typeof value === "number" || typeof value === "string")
    .map(([name, value]) => `${texts.metric(name)} ${numberText(payload, name) ?? String(value)}`)
    .join(", ");

export type Tone = "plain" | "good" | "bad" | "warn" | "busy";

/** How an event is coloured. */
export function toneOf(type: string): Tone {
  if (/_failed$|error$/.test(type)) return "bad";
  if (/_completed$/.test(type)) return "good";
  return /^stream_gap$|^session_stream_started$|_cancelled$|interrupt|retry|awaiting/.test(type) ? "warn" : "plain";
}

const tones = new Map<string, Tone>([
  ["running", "busy"],
  ["streaming", "busy"],
  ["created", "busy"],
  ["succeeded", "good"],
  ["completed", "good"],
  ["complete", "good"],
  ["failed", "bad"],
  ["lost", "bad"],
  ["unclaimed", "bad"],
  ["approved", "good"],
  ["refused", "bad"],
  ["blocked", "bad"],
]);

export const toneOfStatus = (status: string): Tone => tones.get(status) ?? "warn";

/** "1.2 s", "2 min 5 s", "3 h 0 min" */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return "";
  if (Math.round(ms) < 1000) return `${ms > 0 && ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  // Each unit is rounded before it is chosen, so that none is ever full.
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / 60_000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The time of day, to the second; a text that is no time stays as it is. UTC by default, so that a page is the same on a server as in a browser. */
export function formatTime(timestamp: string, isLocal = false): string {
  const ms = timeOf(timestamp);
  if (ms === undefined) return timestamp;
  const date = new Date(ms);
  return isLocal ? [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":") : date.toISOString().slice(11, 19);
}

const maxLine = 160;
const maxMembers = 9;

/** The beginning of a text, which says that it was cut; never half a character. */
export function beginningOf(text: string, length = maxLine): string {
  return text.length <= length ? text : `${whole(text.slice(0, length))}…`;
}

/** A value in one line for people, cut when it is long; undefined for none. */
export function lineOf(value: unknown, depth = 0): string | undefined {
  if (value == null) return undefined;
  if (typeof value !== "object") return beginningOf(String(value));
  const names = Object.keys(value);
  if (depth > 2) return names.length === 0 ? undefined : "…";
  const lines = names.slice(0, maxMembers).map((name) => {
    const line = numberText(value, name) ?? lineOf((value as { readonly [name: string]: unknown })[name], depth + 1);
    return !line || Array.isArray(value) ? line : `${titleOf(name)} ${line}`;
  });
  if (names.length > maxMembers) lines.push("…");
  return beginningOf(lines.filter(Boolean).join(Array.isArray(value) ? "; " : ", "));
}

const oneLine = 60;

/** A value as text for people. */
export function formatJson(value: unknown): string {
  if (typeof value === "string" || value === undefined) return value ?? "";
  const line = jsonOf(value);
  return line.length <= oneLine ? line : jsonOf(value, 2);
}

/** The agent of a run, for a command that must reach it when its start has left the log. */
export const named = ({ agent }: { readonly agent: string | undefined }): { agent?: string } => (agent === undefined ? {} : { agent });
