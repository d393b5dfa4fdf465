"use client";

import { useRef } from "react";
import type { AgentEvent } from "../index.js";

/** The state that a reducer makes of the `events` of a hook, including those that `maxEvents` has dropped. Starts again after `clear`, or for another list. */
export function useReduced<S>(reduce: (state: S, event: AgentEvent) => S, initial: S, events: readonly AgentEvent[]): S {
  const cache = useRef<{ readonly reduce: unknown; readonly last: AgentEvent; readonly state: S } | undefined>(undefined);
  const last = events.at(-1);
  if (last === undefined) {
    cache.current = undefined;
    return initial;
  }
  // When React throws a render away, the cache is ahead of the list. Then its last event isn't in the list, and all events are reduced again.
  const known = cache.current?.reduce === reduce ? cache.current : undefined;
  const at = known === undefined ? -1 : events.lastIndexOf(known.last);
  let state = known === undefined || at < 0 ? initial : known.state;
  for (let i = at + 1; i < events.length; i++) state = reduce(state, events[i] as AgentEvent);
  cache.current = { reduce, last, state };
  return state;
}
