"use client";

import { useRef } from "react";
import type { AgentEvent } from "../index.js";
import { reduceList, type Reduction } from "./lists.js";

/**
 * The state that a reducer makes of the `events` of a hook, each reduced once, including those that `maxEvents` has dropped. Starts again after `clear`, for another list or another function: declare the reducer outside of the component.
 * While a page goes on showing one list of a hook, as when it is paused, all events that come are kept for it; a copy of the list doesn't keep them.
 */
export function useReduced<S>(reduce: (state: S, event: AgentEvent) => S, initial: S, events: readonly AgentEvent[]): S {
  const last = useRef<Reduction<S> | undefined>(undefined);
  const state = reduceList(reduce, initial, events, last.current);
  last.current = { reduce, events, state };
  return state;
}
