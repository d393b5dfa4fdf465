"use client";

import { createContext, createElement, useContext, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from "react";
import { type AgentEvent, type ConnectionOptions, type EventEnvelope, type EventOf, type EventType, isEvent, isKnownType, type StreamSource } from "../index.js";
import { guarded } from "../guarded.js";
import { followerOf, replace } from "./newest.js";
import { EventStore, type EventsSnapshot, type EventStoreOptions } from "./event-store.js";

// Declared as methods, whose parameters may be narrower: so handlers of known types fit beside those of other types.
type AnyHandler = { handle(event: EventEnvelope): void }["handle"];

/** Handlers by event type, of the catalogue or your own. An event of the catalogue whose payload has the wrong shape goes to `onEvent` only. */
export type EventHandlers = { readonly [T in EventType]?: (event: EventOf<T>) => void } & { readonly [type: string]: AnyHandler | undefined };

export interface UseEventsOptions extends EventStoreOptions {
  /** Called for each event of a type, shortly before `events` has it. */
  readonly handlers?: EventHandlers;
  /** Called for each event of whatever type. */
  readonly onEvent?: (event: AgentEvent) => void;
}

export interface UseEventsResult extends EventsSnapshot {
  /** Drops the events and counts so far; the stream goes on. */
  readonly clear: () => void;
}

/** What {@link EventStreamProvider} gives. */
export const Defaults = createContext<ConnectionOptions>({});

/** Options for all hooks below it, such as `baseUrl` and `headers`. */
export function EventStreamProvider({ children, ...options }: ConnectionOptions & { readonly children?: ReactNode }): ReactNode {
  return createElement(Defaults.Provider, { value: options }, children);
}

/**
 * The events of a session, from the earliest on, as they come. With null as id it doesn't connect.
 *
 * It reconnects when the id or one of the plain options changes. Functions (`handlers`, `onEvent`, `getTicket`, `headers`, `fetch`),
 * `initialEvents` and `lastEventId` may change with each render without a new connection.
 */
export function useAgentEvents(sessionId: string | null | undefined, options?: UseEventsOptions): UseEventsResult {
  return useEvents(sessionId ? { sessionId } : undefined, options);
}

/** The events of all sessions of a project. */
export function useProjectEvents(projectId: string | null | undefined, options?: UseEventsOptions): UseEventsResult {
  return useEvents(projectId ? { projectId } : undefined, options);
}

/** The events of a session, of a project, or of all that is broadcast, for pages that show any of these. */
export function useStreamEvents(source: StreamSource | null | undefined, options?: UseEventsOptions): UseEventsResult {
  return useEvents(source ?? undefined, options);
}

/** The events of an ingest job, which are published under the job's id as their session. */
export function useIngestStream(projectId: string | null | undefined, jobId: string | null | undefined, options?: UseEventsOptions): UseEventsResult {
  return useEvents(projectId && jobId ? { sessionId: jobId } : undefined, options);
}

function useEvents(source: StreamSource | undefined, given: UseEventsOptions = {}): UseEventsResult {
  const defaults = useContext(Defaults);
  const options: UseEventsOptions = { ...defaults, ...given };
  const latest = useRef(options);
  // This must run before the effect of useSyncExternalStore, which connects.
  useEffect(() => {
    replace(latest.current.getTicket, options.getTicket);
    latest.current = options;
  });

  const key = keyOf(source, options);
  const store = useMemo(() => {
    // The options of a key are those of its first render.
    let first: UseEventsOptions | undefined = options;
    const storeOptions = () => {
      const { handlers: _, onEvent: __, ...rest } = first ?? latest.current;
      first = undefined;
      return rest.getTicket === undefined ? rest : { ...rest, getTicket: followerOf(rest.getTicket) };
    };
    return new EventStore(source, storeOptions, (events) => tell(events, latest.current));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key contains every option that matters
  }, [key]);
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
  return useMemo(() => ({ ...snapshot, clear: store.clear }), [snapshot, store]);
}

function keyOf(source: StreamSource | undefined, options: UseEventsOptions): string {
  const plain = Object.entries(options)
    .filter(([name, value]) => name !== "initialEvents" && name !== "lastEventId" && name !== "handlers" && typeof value !== "function")
    .map(([name, value]) => [name, value instanceof Headers ? [...value] : typeof value === "number" ? String(value) : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([source, plain, options.getTicket !== undefined]);
}

function tell(events: readonly AgentEvent[], { handlers = {}, onEvent }: UseEventsOptions): void {
  for (const event of events) {
    const handler = Object.hasOwn(handlers, event.type) ? (handlers as { readonly [type: string]: AnyHandler | undefined })[event.type] : undefined;
    if (handler !== undefined && (!isKnownType(event.type) || isEvent(event, event.type))) guarded(handler, event);
    if (onEvent !== undefined) guarded(onEvent, event);
  }
}
