"use client";

import { createContext, createElement, useContext, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from "react";
import { type AgentEvent, type ConnectionOptions, type EventEnvelope, type EventOf, type EventType, isEvent, isKnownType, type StreamSource } from "../index.js";
import { EventStore, type EventsSnapshot, type EventStoreOptions } from "./event-store.js";

// A method's parameter may be narrower, so that the handlers of known types fit beside those of any other.
type AnyHandler = { handle(event: EventEnvelope): void }["handle"];

/** What to call for events of a type, of the catalogue or your own. One of the catalogue with a payload of a wrong shape is left to `onEvent`. */
export type EventHandlers = { readonly [T in EventType]?: (event: EventOf<T>) => void } & { readonly [type: string]: AnyHandler | undefined };

export interface UseEventsOptions extends EventStoreOptions {
  /** Called for each event of a type, shortly before `events` has it. */
  readonly handlers?: EventHandlers;
  /** Called for each event of whatever type. */
  readonly onEvent?: (event: AgentEvent) => void;
}

export interface UseEventsResult extends EventsSnapshot {
  /** Forgets the events and counts so far; the stream goes on. */
  readonly clear: () => void;
}

const Defaults = createContext<ConnectionOptions>({});

/** Options for all hooks below it, such as `baseUrl` and `headers`. */
export function EventStreamProvider({ children, ...options }: ConnectionOptions & { readonly children?: ReactNode }): ReactNode {
  return createElement(Defaults.Provider, { value: options }, children);
}

/**
 * The events of a session, from the earliest on, as they come. Null as id: not connected.
 *
 * A new connection is made when the id or one of the plain options changes. Functions (`handlers`, `onEvent`, `headers`, `fetch`),
 * `initialEvents` and `lastEventId` may change with each render without one.
 */
export function useAgentEvents(sessionId: string | null | undefined, options?: UseEventsOptions): UseEventsResult {
  return useEvents(sessionId ? { sessionId } : undefined, options);
}

/** The events of all sessions of a project. */
export function useProjectEvents(projectId: string | null | undefined, options?: UseEventsOptions): UseEventsResult {
  return useEvents(projectId ? { projectId } : undefined, options);
}

/** The events of an ingest job, which are published under the job's id as their session. */
export function useIngestStream(projectId: string | null | undefined, jobId: string | null | undefined, options?: UseEventsOptions): UseEventsResult {
  return useEvents(projectId && jobId ? { sessionId: jobId } : undefined, options);
}

function useEvents(source: StreamSource | undefined, given: UseEventsOptions = {}): UseEventsResult {
  const defaults = useContext(Defaults);
  const options: UseEventsOptions = { ...defaults, ...given };
  const latest = useRef(options);
  // Before the effect of useSyncExternalStore, which connects.
  useEffect(() => {
    latest.current = options;
  });

  const key = keyOf(source, options);
  const store = useMemo(() => {
    // The first render of a key is the one that its options are of.
    let first: UseEventsOptions | undefined = options;
    const storeOptions = () => {
      const { handlers: _, onEvent: __, ...rest } = first ?? latest.current;
      first = undefined;
      return rest;
    };
    return new EventStore(source, storeOptions, (events) => tell(events, latest.current));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key stands for all that matters
  }, [key]);
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
  return useMemo(() => ({ ...snapshot, clear: store.clear }), [snapshot, store]);
}

function keyOf(source: StreamSource | undefined, options: UseEventsOptions): string {
  const plain = Object.entries(options)
    .filter(([name, value]) => name !== "initialEvents" && name !== "lastEventId" && name !== "handlers" && typeof value !== "function")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([source, plain]);
}

function tell(events: readonly AgentEvent[], { handlers = {}, onEvent }: UseEventsOptions): void {
  for (const event of events) {
    const handler = Object.hasOwn(handlers, event.type) ? (handlers as { readonly [type: string]: AnyHandler | undefined })[event.type] : undefined;
    if (handler !== undefined && (!isKnownType(event.type) || isEvent(event, event.type))) guarded(handler, event);
    if (onEvent !== undefined) guarded(onEvent, event);
  }
}

// What one handler throws must not keep the others, and the view, from their events.
function guarded(listener: (event: AgentEvent) => void, event: AgentEvent): void {
  try {
    listener(event);
  } catch (error) {
    if (typeof reportError === "function") reportError(error);
    else console.error(error);
  }
}
