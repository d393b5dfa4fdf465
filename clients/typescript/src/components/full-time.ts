import { timeOf } from "../time.js";

const two = (part: number): string => String(part).padStart(2, "0");

/** The date and time to the millisecond in UTC. */
export const utcTime = (ms: number): string => new Date(ms).toISOString().slice(0, 23).replace("T", " ");

/** The date and time to the millisecond, with its zone; a text that is no time stays as it is. */
export function fullTime(timestamp: string, isLocal = false): string {
  const ms = timeOf(timestamp);
  if (ms === undefined) return timestamp;
  if (!isLocal) return `${utcTime(ms)} UTC`;
  const offset = -new Date(ms).getTimezoneOffset();
  return `${utcTime(ms + offset * 60_000)} ${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}
