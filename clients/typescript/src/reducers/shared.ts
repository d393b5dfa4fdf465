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

/** The list with one more item at its end; the oldest is dropped when there are too many. */
export function append<T>(items: readonly T[], item: T, limit = maxItems): readonly T[] {
  return items.length < limit ? [...items, item] : [...items.slice(items.length - limit + 1), item];
}

/** The list with one item changed. */
export function changeAt<T>(items: readonly T[], index: number, changes: Partial<T>): readonly T[] {
  const changed = items.slice();
  changed[index] = { ...(items[index] as T), ...changes };
  return changed;
}

/** The list with the matching items changed; the same list when there are none. */
export function changeWhere<T>(items: readonly T[], isOfKind: (item: T) => boolean, changes: Partial<T>): readonly T[] {
  return items.some(isOfKind) ? items.map((item) => (isOfKind(item) ? { ...item, ...changes } : item)) : items;
}

export function withMalformed<S extends Reduced>(state: S, event: AgentEvent): S {
  return { ...state, malformed: append(state.malformed, event, maxMalformed) };
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
