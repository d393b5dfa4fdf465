import type { TraceNode } from "../index.js";
import { traceNodes } from "../index.js";
import { formatDuration } from "./describe.js";

/** What a time axis shows, in ms since 1970. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** From the first beginning to the last end, or to the newest event while something goes on; undefined when nothing has a time. */
export function rangeOf(tree: readonly TraceNode[], latestMs: number | undefined): Range | undefined {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startMs, endMs, outcome } of traceNodes(tree)) {
    if (startMs === undefined) continue;
    from = Math.min(from, startMs);
    to = Math.max(to, startMs, endMs ?? startMs, outcome === "going" || outcome === "waiting" ? (latestMs ?? startMs) : startMs);
  }
  // A range without a length can't be divided.
  return from > to ? undefined : { from, to: Math.max(to, from + 1) };
}

/** The part of a range that a zoom shows, around the middle of another part. */
export function zoomed(whole: Range, part: Range, factor: number): Range {
  const length = Math.min(whole.to - whole.from, Math.max(1, (part.to - part.from) * factor));
  const middle = (part.from + part.to) / 2;
  const from = Math.min(Math.max(whole.from, middle - length / 2), whole.to - length);
  return { from, to: from + length };
}

/** A node's bar in percent of the range; undefined when it has no time, or lies outside. */
export function barOf({ startMs, endMs, outcome }: TraceNode, range: Range, latestMs: number | undefined): { readonly start: number; readonly length: number } | undefined {
  if (startMs === undefined) return undefined;
  const isOpen = endMs === undefined && (outcome === "going" || outcome === "waiting");
  const end = Math.max(startMs, endMs ?? (isOpen ? (latestMs ?? startMs) : startMs));
  if (end < range.from || startMs > range.to) return undefined;
  const percent = (ms: number) => (100 * (Math.min(Math.max(ms, range.from), range.to) - range.from)) / (range.to - range.from);
  return { start: percent(startMs), length: percent(end) - percent(startMs) };
}

const maxTicks = 6;

/** Round times on the axis, as time since the whole began. */
export function ticksOf(range: Range, begin: number, duration: (ms: number) => string = formatDuration): readonly { readonly at: number; readonly text: string }[] {
  const length = range.to - range.from;
  const step = stepFor(length / maxTicks);
  const ticks = [];
  for (let ms = Math.ceil((range.from - begin) / step) * step; begin + ms < range.to; ms += step) ticks.push({ at: (100 * (begin + ms - range.from)) / length, text: ms === 0 ? "0" : duration(ms) });
  return ticks;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const steps = [5 * second, 10 * second, 30 * second, minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 6 * hour, 12 * hour, 24 * hour];

/** 1, 2 or 5 of a power of ten below some seconds, above them what clocks are divided by. */
function stepFor(least: number): number {
  if (least < 2 * second) {
    const power = 10 ** Math.floor(Math.log10(least));
    return power * ([1, 2, 5].find((each) => each * power >= least) ?? 10);
  }
  return steps.find((each) => each >= least) ?? Math.ceil(least / (24 * hour)) * 24 * hour;
}
