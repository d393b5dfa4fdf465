import { foldEvents, reduceApprovals, reduceMessages, reduceMetrics, reduceRuns, reduceTimeline, reduceToolCalls, reduceTrace, reduceWorkflows, type AgentEvent } from "../index.js";

type Reduce<S> = (state: S, event: AgentEvent) => S;

/** What a list of a store began with or what came with it, and which list followed; kept apart from it, because a list may no longer hold all of that. */
class Step {
  readonly batch: readonly AgentEvent[];
  readonly isFirst: boolean;
  /** What reducers made of the list. */
  readonly states = new WeakMap<object, unknown>();
  /** What filters made of it. */
  readonly filtered = new WeakMap<object, readonly AgentEvent[]>();
  next: Step | undefined;

  constructor(batch: readonly AgentEvent[], isFirst: boolean) {
    this.batch = batch;
    this.isFirst = isFirst;
  }
}

const steps = new WeakMap<readonly AgentEvent[], Step>();

/** Notes the first list of a store. */
export function begin(events: readonly AgentEvent[], all: readonly AgentEvent[] = events): readonly AgentEvent[] {
  steps.set(events, new Step(all, true));
  return events;
}

/** Notes the list that follows another, and what came in between. */
export function follow(before: readonly AgentEvent[], events: readonly AgentEvent[], batch: readonly AgentEvent[]): readonly AgentEvent[] {
  const step = new Step(batch, false);
  steps.set(events, step);
  const last = steps.get(before);
  if (last !== undefined) last.next = step;
  return events;
}

type Filter = (event: AgentEvent) => boolean;

/** What a filter made of a list. */
export interface Filtration {
  readonly isWanted: Filter;
  readonly events: readonly AgentEvent[];
  readonly filtered: readonly AgentEvent[];
}

/** The events of a list that pass a filter, as a list that reducers can follow like that of a store. */
export function filterList(isWanted: Filter, events: readonly AgentEvent[], earlier: Filtration | undefined): readonly AgentEvent[] {
  const step = steps.get(events);
  const known = step?.filtered.get(isWanted);
  if (known !== undefined) return known;
  const filtered = events.filter(isWanted);
  const batch = earlier?.isWanted === isWanted ? between(earlier.events, step)?.filter(isWanted) : undefined;
  if (earlier !== undefined && batch !== undefined) follow(earlier.filtered, filtered, batch);
  else begin(filtered, step?.isFirst ? step.batch.filter(isWanted) : filtered);
  step?.filtered.set(isWanted, filtered);
  return filtered;
}

/** What came to a store between two of its lists; undefined when the second doesn't follow the first. */
function between(from: readonly AgentEvent[], to: Step | undefined): readonly AgentEvent[] | undefined {
  if (to === undefined) return undefined;
  const events: AgentEvent[] = [];
  for (let step = steps.get(from); step !== undefined; step = step.next) {
    if (step === to) return events;
    for (const event of step.next?.batch ?? []) events.push(event);
  }
  return undefined;
}

/** What a reducer made of a list. */
export interface Reduction<S> {
  readonly reduce: Reduce<S>;
  readonly events: readonly AgentEvent[];
  readonly state: S;
}

/** What a reducer makes of a list, given what it made of an earlier one: each event is reduced once. */
export function reduceList<S>(reduce: Reduce<S>, initial: S, events: readonly AgentEvent[], earlier: Reduction<S> | undefined): S {
  const step = steps.get(events);
  if (step?.states.has(reduce)) return step.states.get(reduce) as S;
  const known = earlier?.reduce === reduce ? earlier : undefined;
  const state = (known && along(known, step)) ?? afresh(reduce, initial, events, step, known);
  step?.states.set(reduce, state);
  return state;
}

// What others write may compare the lists of two states, which are one list in a fold.
const ours: ReadonlySet<unknown> = new Set([reduceApprovals, reduceMessages, reduceMetrics, reduceRuns, reduceTimeline, reduceToolCalls, reduceTrace, reduceWorkflows]);

const reduceAll = <S>(reduce: Reduce<S>, state: S, events: readonly AgentEvent[]): S => (ours.has(reduce) ? foldEvents(reduce, state, events) : events.reduce(reduce, state));

/** Follows a store's lists from a known one on: those in between may never have been shown, and have lost what `maxEvents` doesn't hold. */
function along<S>({ reduce, events, state }: Reduction<S>, to: Step | undefined): S | undefined {
  const next = between(events, to);
  return next && reduceAll(reduce, state, next);
}

/** Goes on after the last event that was reduced when the list has it, such as one that was derived from a store's; else begins again. */
function afresh<S>(reduce: Reduce<S>, initial: S, events: readonly AgentEvent[], step: Step | undefined, known: Reduction<S> | undefined): S {
  if (step?.isFirst) return reduceAll(reduce, initial, step.batch);
  const last = known?.events.at(-1);
  const at = last === undefined ? -1 : events.lastIndexOf(last);
  const [next] = events;
  // Another list than the next part of the same one has other sessions, or begins earlier.
  if (at < 0 && step === undefined && next !== undefined && last !== undefined && next.session_id === last.session_id && next.timestamp > last.timestamp) warnOfLoss();
  const rest = at >= 0 ? events.slice(at + 1) : events;
  return reduceAll(reduce, at >= 0 && known !== undefined ? known.state : initial, rest);
}

declare const process: { readonly env: { readonly NODE_ENV?: string } };

let hasWarned = false;

/** Tells developers, once. */
function warnOfLoss(): void {
  if (hasWarned || !isDevelopment()) return;
  hasWarned = true;
  console.warn("useReduced has missed events: a list such as events.filter(…) loses what maxEvents drops. Give it useFiltered(events, isWanted) or the list of the hook.");
}

function isDevelopment(): boolean {
  try {
    // Bundlers replace this text; without one, browsers have no process.
    return process.env.NODE_ENV !== "production";
  } catch {
    return false;
  }
}
