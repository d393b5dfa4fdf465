import { timeOf } from "../time.js";

const two = (part: number): string => String(part).padStart(2, "0");

/** The date and time to the millisecond, with its zone; a text that is no time stays as it is. */
export function fullTime(timestamp: string, isLocal = false): string {
  const ms = timeOf(timestamp);
  if (ms === undefined) return timestamp;
  const date = new Date(ms);
  if (!isLocal) return `${date.toISOString().slice(0, 23).replace("T", " ")} UTC`;
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(ms + offset * 60_000).toISOString().slice(0, 23).replace("T", " ");
  return `${shifted} ${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}
