"use client";

import { useRef } from "react";
import type { AgentEvent } from "../index.js";

/** What a reducer makes of the `events` of a hook, also of those that `maxEvents` has let go; anew after `clear`, or for another list. */
export function useReduced<S>(reduce: (state: S, event: AgentEvent) => S, initial: S, events: readonly AgentEvent[]): S {
  const cache = useRef<{ readonly reduce: unknown; readonly last: AgentEvent; readonly state: S } | undefined>(undefined);
  const last = events.at(-1);
  if (last === undefined) {
    cache.current = undefined;
    return initial;
  }
  // A render that React throws away leaves a cache that is ahead: its last event isn't in the list then, and all is reduced again.
  const known = cache.current?.reduce === reduce ? cache.current : undefined;
  const at = known === undefined ? -1 : events.lastIndexOf(known.last);
  let state = known === undefined || at < 0 ? initial : known.state;
  for (let i = at + 1; i < events.length; i++) state = reduce(state, events[i] as AgentEvent);
  cache.current = { reduce, last, state };
  return state;
}
