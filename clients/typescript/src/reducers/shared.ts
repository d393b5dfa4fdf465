import type { AgentEvent } from "../events.js";
import { roles } from "../events.generated.js";
import { hasExpectedShape, isObject } from "../shape.js";
import { timeOf } from "../time.js";
import { changed, jsonOf, numberText } from "../wire.js";
import type { Reduced } from "./reduced.js";

type Payload = { readonly [member: string]: unknown };

// Lists are bounded, because a page may stay open for days. No reader looks through more items.
const maxItems = 5000;
const maxMalformed = 100;

export const textOf = (payload: Payload, name: string): string | undefined => {
  const value = payload[name];
  return typeof value === "string" ? value : undefined;
};

/** An id as text: publishers may number what they name, or give it an id of any other type. Undefined when there is none. */
export function idOf(payload: Payload, name: string): string | undefined {
  const value = payload[name];
  if (typeof value === "string") return value;
  if (value == null || (typeof value === "object" && Object.keys(value).length === 0)) return undefined;
  return numberText(payload, name) ?? jsonOf(value);
}

/** The event with all ids of its payload as texts. */
export function withTextIds(event: AgentEvent): AgentEvent {
  const payload: Payload = isObject(event.payload) ? event.payload : {};
  const others = Object.keys(payload).filter((name) => name.endsWith("_id") && typeof payload[name] !== "string" && idOf(payload, name) !== undefined);
  if (others.length === 0) return event;
  return { ...event, payload: changed(payload, Object.fromEntries(others.map((name) => [name, idOf(payload, name)]))) } as AgentEvent;
}

export const numberOf = (payload: Payload, name: string): number | undefined => {
  const value = payload[name];
  return typeof value === "number" ? value : undefined;
};

/** The agent that an event is of: payloads name it in `agent`, envelopes in `agent_id`. */
export const agentOf = (event: AgentEvent): string | undefined => textOf(event.payload, "agent") ?? event.agent_id;

/** Whether an event may be of an agent's work: it is, or one of the two isn't named. Pieces without an agent become an assistant's. */
export function mayBeOfAgent({ payload, agent_id }: AgentEvent, agent: string | undefined): boolean {
  const [said, known] = [nameOf(textOf(payload, "agent")), nameOf(agent)];
  return said === undefined || known === undefined || said === known || agent_id === known;
}

const nameOf = (agent: string | undefined): string | undefined => {
  const name = agent?.trim();
  return name === "" || name === "assistant" ? undefined : name;
};

/** The run that an event belongs to. */
export const runOf = (event: AgentEvent): string | undefined => event.run_id ?? textOf(event.payload, "run_id");

/** Whether the payload is what its type says, when the envelope's run counts as its own. */
export const hasShape = (event: AgentEvent): boolean =>
  hasExpectedShape(isObject(event.payload) && event.run_id !== undefined ? { ...event, payload: { run_id: event.run_id, ...(event.payload as Payload) } } as AgentEvent : event);

// The lists that were made since a fold began, which its caller hasn't seen.
let unseen: WeakSet<object> | undefined;

/**
 * Reduces many events at once, much faster than one by one: lists that only the fold itself has seen are changed in place.
 * @param reduce A reducer of this package, or one that is made of them and doesn't compare or keep the lists of the state before.
 */
export function foldEvents<S>(reduce: (state: S, event: AgentEvent) => S, state: S, events: readonly AgentEvent[]): S {
  const outer = unseen;
  unseen = new WeakSet();
  try {
    return events.reduce((before, event) => reduce(before, event), state);
  } finally {
    unseen = outer;
  }
}

/** The list itself when only the fold has seen it, else a copy. */
function mine<T>(items: readonly T[]): T[] {
  if (unseen?.has(items)) return items as T[];
  const copy = items.slice();
  unseen?.add(copy);
  return heir(items, copy);
}

// The ids that a list or one before it has had, so that most new items are known as such without a look through the list.
const idsOf = new WeakMap<object, Set<string | undefined>>();

function heir<T extends object>(of: object, list: T): T {
  const ids = idsOf.get(of);
  if (ids !== undefined) idsOf.set(list, ids);
  return list;
}

/** The index of the last item with an id that is meant, or of the last such that is open when there is one; -1 for none. */
export function lastOf<T extends { readonly id: string | undefined }>(items: readonly T[], id: string | undefined, isMeant: (item: T) => boolean, isOpen: (item: T) => boolean = () => true): number {
  let ids = idsOf.get(items);
  // Ids of items that were dropped stay, so now and then they are collected anew.
  if (ids === undefined || ids.size > 2 * maxItems) idsOf.set(items, (ids = new Set(items.map((item) => item.id))));
  const isNew = !ids.has(id);
  // A reducer that looks for an item adds it when there is none.
  ids.add(id);
  if (isNew) return -1;
  let last = -1;
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at] as T;
    if (item.id !== id || !isMeant(item)) continue;
    if (isOpen(item)) return at;
    if (last < 0) last = at;
  }
  return last;
}

/** The list with one more item at its end; the oldest is dropped when there are too many. */
export function append<T>(items: readonly T[], item: T, limit = maxItems): readonly T[] {
  const longer = mine(items);
  longer.push(item);
  while (longer.length > limit) longer.shift();
  return longer;
}

/** The list with one item changed. */
export function changeAt<T>(items: readonly T[], index: number, changes: Partial<T>): readonly T[] {
  const changed = mine(items);
  changed[index] = { ...(items[index] as T), ...changes };
  return changed;
}

/** The list with the matching items changed; the same list when there are none. */
export function changeWhere<T>(items: readonly T[], isOfKind: (item: T) => boolean, changes: Partial<T>): readonly T[] {
  return items.some(isOfKind) ? heir(items, items.map((item) => (isOfKind(item) ? { ...item, ...changes } : item))) : items;
}

export function withMalformed<S extends Reduced>(state: S, event: AgentEvent): S {
  // Another list each time, since others see by it that an event was malformed.
  return { ...state, malformed: [...state.malformed.slice(1 - maxMalformed), event] };
}

/** Ms between two timestamps; undefined when one isn't known. */
export function duration(from: string | undefined, to: string | undefined): number | undefined {
  const [begun, ended] = [timeOf(from), timeOf(to)];
  return begun === undefined || ended === undefined ? undefined : Math.max(0, ended - begun);
}

export const isOneOf = (types: readonly string[], type: string) => types.includes(type);

/** Whether the event ends the work of a run, by ending the run or its session. */
export function endsWork(event: AgentEvent, of: { readonly sessionId: string; readonly runId: string | undefined }): boolean {
  if (event.session_id !== of.sessionId) return false;
  if (isOneOf(roles.ends_session, event.type) || isOneOf(roles.deletes_session, event.type)) return true;
  return isOneOf(roles.ends_run, event.type) && of.runId !== undefined && runOf(event) === of.runId;
}

/** Whether the event ends a run or a session. */
export const isEnd = (event: AgentEvent): boolean =>
  isOneOf(roles.ends_run, event.type) || isOneOf(roles.ends_session, event.type) || isOneOf(roles.deletes_session, event.type);

/** Whether two items may belong to one run: ids of messages and tool calls need to be unique only within a run. */
export const mayBeOneRun = (a: string | undefined, b: string | undefined): boolean => a === undefined || b === undefined || a === b;
