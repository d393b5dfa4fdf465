import type { AgentEvent } from "../index.js";

type Reduce<S> = (state: S, event: AgentEvent) => S;

/** What a list of a store began with or what came with it, and which list followed; kept apart from it, because a list may no longer hold all of that. */
class Step {
  readonly batch: readonly AgentEvent[];
  readonly isFirst: boolean;
  /** What reducers made of the list. */
  readonly states = new WeakMap<object, unknown>();
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

/** Follows a store's lists from a known one on: those in between may never have been shown, and have lost what `maxEvents` doesn't hold. */
function along<S>({ reduce, events, state }: Reduction<S>, to: Step | undefined): S | undefined {
  if (to === undefined) return undefined;
  let reduced = state;
  for (let step = steps.get(events); step !== undefined; step = step.next) {
    if (step === to) return reduced;
    for (const event of step.next?.batch ?? []) reduced = reduce(reduced, event);
  }
  return undefined;
}

/** Goes on after the last event that was reduced when the list has it, such as one that was derived from a store's; else begins again. */
function afresh<S>(reduce: Reduce<S>, initial: S, events: readonly AgentEvent[], step: Step | undefined, known: Reduction<S> | undefined): S {
  const last = known?.events.at(-1);
  const at = last === undefined ? -1 : events.lastIndexOf(last);
  const rest = at >= 0 ? events.slice(at + 1) : step?.isFirst ? step.batch : events;
  return rest.reduce(reduce, at >= 0 && known !== undefined ? known.state : initial);
}
