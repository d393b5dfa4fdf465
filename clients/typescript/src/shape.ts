import { catalogue, type EventFamilies, type EventOf, type EventType } from "./events.generated.js";
import type { AgentEvent } from "./events.js";

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const kinds: { readonly [code: string]: (value: unknown) => boolean } = {
  s: (value) => typeof value === "string",
  n: (value) => typeof value === "number",
  b: (value) => typeof value === "boolean",
  o: isObject,
  a: Array.isArray,
  "*": (value) => value !== undefined,
};

/** Whether the catalogue has the type. */
export function isKnownType(type: string): type is EventType {
  return Object.hasOwn(catalogue, type);
}

/**
 * Whether an event is of the catalogue and its payload has the members that its type requires.
 * Publishing doesn't check payloads, so a frontend can't rely on them.
 */
export function hasExpectedShape(event: AgentEvent): event is EventOf<EventType> {
  if (!isKnownType(event.type) || !isObject(event.payload)) return false;
  const shape = catalogue[event.type][1];
  if (shape === "") return true;
  for (const member of shape.split(" ")) {
    const [name = "", code = ""] = member.split(":");
    if (!kinds[code]?.(event.payload[name])) return false;
  }
  return true;
}

export type TypeGuard<T extends EventType> = (event: AgentEvent) => event is EventOf<T>;

export type FamilyGuard<F extends keyof EventFamilies> = (event: AgentEvent) => event is EventOf<EventFamilies[F]>;

/** A guard for one type: true only if the payload has the type's shape. */
export function typeGuard<T extends EventType>(type: T): TypeGuard<T> {
  return (event): event is EventOf<T> => event.type === type && hasExpectedShape(event);
}

/** A guard for the types of a family: true only if the payload has its type's shape. */
export function familyGuard<F extends keyof EventFamilies>(family: F): FamilyGuard<F> {
  return (event): event is EventOf<EventFamilies[F]> => hasExpectedShape(event) && catalogue[event.type][0] === family;
}
