import type { AgentEvent } from "../index.js";

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

// The members that describe an event best, in order of preference.
const telling = ["message", "error", "error_message", "reason", "status", "description", "summary", "query", "workflow", "stage", "name", "step_id", "node_id", "text", "agent"];

/** An event in one line. */
export function describe(event: AgentEvent): { readonly title: string; readonly text: string } {
  const title = titles.get(event.type) ?? titleOf(event.type);
  const payload = event.payload as { readonly [name: string]: unknown };
  if (event.type === "metrics_update") return { title, text: measures(payload) };
  const found = telling.map((name) => payload[name]).find((value) => typeof value === "string" && value !== "");
  return { title, text: titles.has(event.type) ? "" : ((found as string | undefined) ?? "") };
}

const measures = (payload: { readonly [name: string]: unknown }): string =>
  Object.entries(payload)
    .filter(([, value]) => typeof value === "number" || typeof value === "string")
    .map(([name, value]) => `${titleOf(name)} ${formatMeasure(value as number | string)}`)
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
  ["blocked", "bad"],
]);

export const toneOfStatus = (status: string): Tone => tones.get(status) ?? "warn";

/** "1.2 s" */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined) return "";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** The time of day, to the second; a text that is no time stays as it is. UTC by default, so that a page is the same on a server as in a browser. */
export function formatTime(timestamp: string, isLocal = false): string {
  const date = new Date(timestamp);
  if (isLocal && !Number.isNaN(date.getTime())) return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
  const match = /T(\d\d:\d\d:\d\d)/.exec(timestamp);
  return match?.[1] ?? timestamp;
}

/** A number with two decimals, the same on a server as in a browser, whatever their languages. */
export function formatMeasure(value: number | string): string {
  if (typeof value === "string") return value;
  return Math.abs(value) >= 1e6 ? value.toExponential(2) : String(Math.round(value * 100) / 100);
}

const maxLine = 160;

/** A value in one line for people, cut when it is long; undefined for none. */
export function lineOf(value: unknown, depth = 0): string | undefined {
  if (value == null || depth > 2) return undefined;
  if (typeof value !== "object") return String(value).slice(0, maxLine);
  const lines = Object.entries(value).slice(0, 9).map(([name, each]) => {
    const line = lineOf(each, depth + 1);
    return line === undefined || Array.isArray(value) ? line : `${titleOf(name)} ${line}`;
  });
  return lines.filter(Boolean).join(Array.isArray(value) ? "; " : ", ").slice(0, maxLine);
}

const maxJson = 20_000;
const oneLine = 60;

/** A value as text for people; long ones are cut, and say so. */
export function formatJson(value: unknown): string {
  const line = JSON.stringify(value) ?? "";
  const text = typeof value === "string" ? value : line.length <= oneLine ? line : JSON.stringify(value, undefined, 2);
  return text.length <= maxJson ? text : `${text.slice(0, maxJson)}\n… ${text.length - maxJson} more characters`;
}
