import { roles, type EventEnvelope, type EventFamilies, type EventOf, type EventType } from "./events.generated.js";
import { hasExpectedShape, isKnownType, isObject } from "./shape.js";
import { parseJson } from "./wire.js";

/**
 * An event of a type that the catalogue doesn't have. Its `type` is any string at run time; the literal here lets
 * `event.type === "tool_call_started"` tell it from the others. Ask for types of your own with {@link isEvent}.
 */
export type UnknownEvent = EventEnvelope & { readonly type: "(any other type)" };

/** An event of a type of the catalogue. */
export type KnownEvent = EventOf<EventType>;

/** Any event: `event.type === "tool_call_started"` narrows it to that type. */
export type AgentEvent = KnownEvent | UnknownEvent;

/** An event of one family of the catalogue, such as `workflow`. */
export type FamilyEvent<F extends keyof EventFamilies> = EventOf<EventFamilies[F]>;

/** Whether the event is of a type, of the catalogue (then its payload has the type's shape) or your own. */
export function isEvent<T extends EventType>(event: AgentEvent, type: T): event is EventOf<T>;
export function isEvent(event: AgentEvent, type: string): event is UnknownEvent;
export function isEvent(event: AgentEvent, type: string): boolean {
  return event.type === type && (!isKnownType(type) || hasExpectedShape(event));
}

const errorTypes = ["run_error", "run_failed", "workflow_run_failed", "ingest_job_failed"] as const;

/** Whether the event reports an error of a run, a workflow run or an ingest job. A tool's error is in its `tool_call_result`. */
export function isErrorEvent(event: AgentEvent): event is EventOf<(typeof errorTypes)[number]> {
  return (errorTypes as readonly string[]).includes(event.type) && hasExpectedShape(event);
}

/** Whether the event is the last of its run. */
export function isRunEndEvent(event: AgentEvent): event is EventOf<(typeof roles.ends_run)[number]> {
  return (roles.ends_run as readonly string[]).includes(event.type) && hasExpectedShape(event);
}

/** Whether the catalogue doesn't have the event's type. */
export function isUnknownEvent(event: AgentEvent): event is UnknownEvent {
  return !isKnownType(event.type);
}

/**
 * Reads the data of a frame.
 * @param id The frame's own `id:`, if it had one.
 * @returns undefined when it is no event: not JSON, or without a type or a payload object.
 */
export function parseEvent(data: string, id?: string): AgentEvent | undefined {
  let value: unknown;
  try {
    value = parseJson(data);
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value.type !== "string" || !isObject(value.payload)) return undefined;
  return (id === undefined ? value : Object.assign(value, { id })) as unknown as AgentEvent;
}
