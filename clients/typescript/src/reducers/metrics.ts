import type { AgentEvent } from "../events.js";
import { isObject } from "../shape.js";
import { numberText } from "../wire.js";
import type { Reduced } from "./reduced.js";
import { append, withMalformed } from "./shared.js";

/** One measure over time. */
export interface Metric {
  /** As in the payload, such as `cpu`. */
  readonly name: string;
  /** The newest value as it was sent, such as 45.2 or "2.1GB". */
  readonly latest: number | string;
  /** The newest value as it came, when it is a number that JavaScript writes in another way, such as 1.10. */
  readonly latestText: string | undefined;
  /** The newest values as numbers, sizes in bytes; empty for values that are no numbers. */
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

export interface MetricsState extends Reduced {
  /** In the order in which they were first sent. */
  readonly metrics: readonly Metric[];
  readonly updatedAt: string | undefined;
}

export const initialMetrics: MetricsState = { metrics: [], updatedAt: undefined, malformed: [] };

const maxPoints = 300;
const maxMetrics = 100;

/** Follows every measure of `metrics_update`: the known ones, those in `extra`, and others beside them. */
export function reduceMetrics(state: MetricsState, event: AgentEvent): MetricsState {
  if (event.type !== "metrics_update") return state;
  const { extra, ...payload } = event.payload as { readonly [name: string]: unknown };
  const further = isObject(extra) ? extra : {};
  const measured = Object.entries({ ...payload, ...further }).filter(isMeasure);
  if (measured.length === 0) return withMalformed(state, event);
  let { metrics } = state;
  for (const [name, latest] of measured) {
    const at = metrics.findIndex((metric) => metric.name === name);
    const points = metrics[at]?.points ?? [];
    const value = numeric(latest);
    const latestText = numberText(Object.hasOwn(further, name) ? further : event.payload, name);
    const metric: Metric = { name, latest, latestText, points: value === undefined ? points : append(points, { at: event.timestamp, value }, maxPoints) };
    if (at >= 0) metrics = metrics.map((known, i) => (i === at ? metric : known));
    else if (metrics.length < maxMetrics) metrics = [...metrics, metric];
  }
  return { ...state, metrics, updatedAt: event.timestamp };
}

const isMeasure = (entry: [string, unknown]): entry is [string, number | string] => typeof entry[1] === "number" || typeof entry[1] === "string";

const units: { readonly [unit: string]: number } = { "": 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** "2.1GB" in bytes; undefined for a text that is no number. */
function numeric(value: number | string): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*(?:([kmgtp]?)(i?)b|%)?\s*$/i.exec(value);
  if (match === null) return undefined;
  const [, digits, unit = "", binary] = match;
  return Number(digits) * (binary ? 1024 : 1000) ** (units[unit.toLowerCase()] ?? 0);
}
