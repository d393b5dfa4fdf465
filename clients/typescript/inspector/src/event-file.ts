import type { AgentEvent } from "../../src/index.js";
import { isObject } from "../../src/shape.js";
import { timeOf } from "../../src/time.js";
import { parseJson } from "../../src/wire.js";

/** A line that holds no event. */
export interface Fault {
  readonly line: number;
  readonly reason: string;
}

/** What a file of events holds. */
export interface EventFile {
  readonly name: string;
  /** Counts the files that were read. */
  readonly number: number;
  readonly events: readonly AgentEvent[];
  /** The first of the bad lines. */
  readonly faults: readonly Fault[];
  readonly badLines: number;
  /** Events at the beginning for which there was no room. */
  readonly leftOut: number;
}

// What a page holds and searches without a pause that is felt.
const maxBytes = 64 * 1024 * 1024;
const maxEvents = 100_000;
const maxFaults = 100;
// Lines that are read before the page may draw.
const linesAtOnce = 5_000;

let read = 0;

/** Reads events, one a line of JSON: as they were exported, or any canonical envelopes. @throws Error when the file is too large, with what to do. */
export async function readEventFile(file: { readonly name: string; readonly size: number; text(): Promise<string> }): Promise<EventFile> {
  if (file.size > maxBytes) throw new Error(`${file.name} has ${Math.ceil(file.size / 1024 / 1024)} MiB; at most 64 MiB are read. Its end is made by: tail -n ${maxEvents} ${file.name} > end.jsonl`);
  const events: AgentEvent[] = [];
  const faults: Fault[] = [];
  let [badLines, number] = [0, 0];
  for (const line of (await file.text()).split("\n")) {
    if (++number % linesAtOnce === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const text = line.replace(/^\uFEFF/, "").trim();
    if (text === "") continue;
    const event = eventOf(text, number, events.length + 1);
    if (typeof event !== "string") events.push(event);
    else if (++badLines <= maxFaults) faults.push({ line: number, reason: event });
  }
  const leftOut = Math.max(0, events.length - maxEvents);
  return { name: file.name, number: ++read, events: leftOut > 0 ? events.slice(leftOut) : events, faults, badLines, leftOut };
}

/** The event of a line, or why it holds none. */
function eventOf(text: string, line: number, place: number): AgentEvent | string {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
  if (!isObject(value)) return "no object";
  const { type, payload, timestamp, session_id } = value;
  if (typeof type !== "string" || type === "") return "no type";
  if (!isObject(payload)) return "no payload that is an object";
  if (typeof session_id !== "string" || session_id === "") return "no session_id";
  if (typeof timestamp !== "string" || timeOf(timestamp) === undefined) return "no timestamp such as 2026-11-30T03:00:00.000Z";
  for (const name of ["run_id", "agent_id", "event_id", "id"]) if (value[name] != null && typeof value[name] !== "string") return `${name} is no text`;
  // Frames are chosen and exported by these.
  return Object.assign(value, { event_id: value.event_id ?? `line-${line}`, id: value.id ?? `0-${place}` }) as unknown as AgentEvent;
}
