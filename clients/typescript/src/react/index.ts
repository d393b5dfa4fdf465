"use client";

export { EventStore, type EventsSnapshot, type EventStats, type EventStoreOptions } from "./event-store.js";
export {
  EventStreamProvider,
  useAgentEvents,
  useIngestStream,
  useProjectEvents,
  useStreamEvents,
  type EventHandlers,
  type UseEventsOptions,
  type UseEventsResult,
} from "./hooks.js";
export { useCommand, type Command } from "./use-command.js";
export { useRunCommands, type RunCommands } from "./use-run-commands.js";
export { useFiltered } from "./use-filtered.js";
export { useReduced } from "./use-reduced.js";
