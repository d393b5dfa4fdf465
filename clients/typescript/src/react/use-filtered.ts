"use client";

import { useRef } from "react";
import type { AgentEvent } from "../index.js";
import { filterList, type Filtration } from "./lists.js";

/** The `events` of a hook that pass a filter, for `useReduced` and the components: unlike of `events.filter(…)`, they see each event once, also those that `maxEvents` has dropped. Declare the filter outside of the component, or keep it with `useCallback`. */
export function useFiltered(events: readonly AgentEvent[], isWanted: (event: AgentEvent) => boolean): readonly AgentEvent[] {
  const last = useRef<Filtration | undefined>(undefined);
  const filtered = filterList(isWanted, events, last.current);
  last.current = { isWanted, events, filtered };
  return filtered;
}
