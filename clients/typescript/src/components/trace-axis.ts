import type { TraceNode } from "../index.js";
import { traceNodes } from "../index.js";
import { formatDuration } from "./describe.js";

/** What a time axis shows, in ms since 1970. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** From its beginning to its end, or to the latest time that is known while it goes on or waits; undefined when it has no time. */
export function spanOf({ startMs, endMs, outcome }: TraceNode, latestMs: number | undefined): Range | undefined {
  if (startMs === undefined) return undefined;
  const isOpen = outcome === "going" || outcome === "waiting";
  return { from: startMs, to: Math.max(startMs, endMs ?? (isOpen ? (latestMs ?? startMs) : startMs)) };
}

/** From the first beginning to the last end, or to the newest event while something goes on; undefined when nothing has a time. */
export function rangeOf(tree: readonly TraceNode[], latestMs: number | undefined): Range | undefined {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const node of traceNodes(tree)) {
    const span = spanOf(node, latestMs);
    if (span === undefined) continue;
    from = Math.min(from, span.from);
    to = Math.max(to, span.to);
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

/** A part of an axis that is drawn shorter than it lasts: nothing happened in it, or it is lost. */
export interface Cut extends Range {
  readonly isLost: boolean;
}

/** A range with its cuts, in order and apart from each other. */
export interface Axis {
  readonly range: Range;
  readonly cuts: readonly Cut[];
}

// What is shorter can be drawn as it was.
const leastCut = 10_000;
const leastShare = 0.15;
// How wide cuts are drawn, in percent of the axis: each, and all together.
const cutWidth = 5;
const allCuts = 40;

/** The axis of a range: long times in which nothing happened are cut out, and what the stream has lost. */
export function axisOf(range: Range, busy: readonly Range[], lost: readonly Range[]): Axis {
  const least = Math.max(leastCut, leastShare * (range.to - range.from));
  const cuts: Cut[] = lost.map((part) => ({ ...clipped(part, range), isLost: true })).filter(({ from, to }) => from < to);
  const idle = idleIn(range, busy).filter(({ from, to }) => to - from >= least && to - from < range.to - range.from);
  for (const part of idle) {
    const over = cuts.findIndex(({ from, to }) => from <= part.to && part.from <= to);
    const known = cuts[over];
    if (known === undefined) cuts.push({ ...part, isLost: false });
    else cuts[over] = { from: Math.min(known.from, part.from), to: Math.max(known.to, part.to), isLost: true };
  }
  const apart: Cut[] = [];
  for (const cut of cuts.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last === undefined || last.to < cut.from) apart.push(cut);
    else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, cut.to), isLost: last.isLost || cut.isLost };
  }
  return { range, cuts: apart };
}

const clipped = ({ from, to }: Range, range: Range): Range => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) });

function idleIn(range: Range, busy: readonly Range[]): readonly Range[] {
  const idle: Range[] = [];
  let from = range.from;
  for (const span of busy) {
    if (span.to < range.from || span.from > range.to) continue;
    if (span.from > from) idle.push({ from, to: span.from });
    from = Math.max(from, span.to);
  }
  if (from < range.to) idle.push({ from, to: range.to });
  return idle;
}

/** When something happened, in order and apart: what was done, from its beginning to its end, and the moments at which runs and steps began and ended. Who waits for a person does nothing. */
export function busyIn(tree: readonly TraceNode[], latestMs: number | undefined): readonly Range[] {
  const spans: Range[] = [];
  for (const { kind, children, outcome, startMs, endMs } of traceNodes(tree)) {
    if (startMs === undefined) continue;
    const isOwn = children.length === 0 && kind !== "run" && kind !== "workflow" && outcome !== "waiting";
    const end = endMs ?? (outcome === "going" ? latestMs : undefined);
    if (isOwn && end !== undefined) spans.push({ from: startMs, to: Math.max(startMs, end) });
    else for (const at of [startMs, endMs]) if (at !== undefined) spans.push({ from: at, to: at });
  }
  const merged: { from: number; to: number }[] = [];
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || last.to < span.from) merged.push({ ...span });
    else last.to = Math.max(last.to, span.to);
  }
  return merged;
}

const widthOfCut = ({ cuts }: Axis): number => (cuts.length === 0 ? 0 : Math.min(cutWidth, allCuts / cuts.length));

/** The parts of an axis from one cut to the next. */
function partsOf({ range, cuts }: Axis): readonly Range[] {
  const begins = [range.from, ...cuts.map(({ to }) => to)];
  return begins.map((from, i) => ({ from, to: cuts[i]?.from ?? range.to }));
}

const lengthOf = (parts: readonly Range[]): number => Math.max(1, parts.reduce((sum, { from, to }) => sum + to - from, 0));

/** Where a moment stands on the axis, in percent. */
export function percentOf(axis: Axis, ms: number): number {
  const at = Math.min(Math.max(ms, axis.range.from), axis.range.to);
  const width = widthOfCut(axis);
  const scale = (100 - width * axis.cuts.length) / lengthOf(partsOf(axis));
  let [percent, from] = [0, axis.range.from];
  for (const cut of axis.cuts) {
    if (at <= cut.from) break;
    percent += (cut.from - from) * scale + (width * (Math.min(at, cut.to) - cut.from)) / (cut.to - cut.from);
    from = cut.to;
  }
  return percent + Math.max(0, at - from) * scale;
}

interface Placed {
  readonly start: number;
  readonly length: number;
}

/** A node's bar in percent of the axis; undefined when it has no time, or lies outside. */
export function barOf(node: TraceNode, axis: Axis, latestMs: number | undefined): Placed | undefined {
  const span = spanOf(node, latestMs);
  if (span === undefined || span.to < axis.range.from || span.from > axis.range.to) return undefined;
  const start = percentOf(axis, span.from);
  return { start, length: percentOf(axis, span.to) - start };
}

/** A cut as it is drawn. */
export interface Gap extends Placed {
  readonly isLost: boolean;
  /** How long it lasted. */
  readonly ms: number;
}

export const gapsOf = (axis: Axis): readonly Gap[] =>
  axis.cuts.map((cut) => ({ start: percentOf(axis, cut.from), length: widthOfCut(axis), isLost: cut.isLost, ms: cut.to - cut.from }));

const maxTicks = 6;
// Less room, and their texts would touch.
const tickRoom = 9;

// Behind it a text would be cut off.
const edge = 100 - 0.7 * tickRoom;

/** Round times on the axis, as time since the whole began; none where a gap tells its own. */
export function ticksOf(axis: Axis, begin: number, duration: (ms: number) => string = formatDuration): readonly { readonly at: number; readonly text: string }[] {
  const parts = partsOf(axis);
  const step = stepFor(lengthOf(parts) / maxTicks);
  const gaps = gapsOf(axis);
  const ticks: { readonly at: number; readonly text: string }[] = [];
  for (const { from, to } of parts) {
    for (let ms = Math.ceil((from - begin) / step) * step; begin + ms < to; ms += step) {
      const at = percentOf(axis, begin + ms);
      const isFree = at - (ticks.at(-1)?.at ?? -tickRoom) >= tickRoom - 0.01 && gaps.every((gap) => at + tickRoom <= gap.start || at >= gap.start + gap.length + tickRoom / 2);
      if (at <= edge && (isFree || axis.cuts.length === 0)) ticks.push({ at, text: ms === 0 ? "0" : duration(ms) });
    }
  }
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
