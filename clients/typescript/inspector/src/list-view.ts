import { useState } from "react";
import { sessionFilters, type SessionFilter } from "./session-rows.js";
import { withoutView } from "./view.js";

/** Which sessions a list shows. */
export interface ListView {
  readonly text: string;
  readonly filter: SessionFilter;
}

const whole: ListView = { text: "", filter: "all" };

export function listViewOf(query: URLSearchParams): ListView {
  return { text: query.get("q") ?? "", filter: sessionFilters.find((filter) => filter === query.get("status")) ?? "all" };
}

/** A query with what differs from the whole list. */
export function listQueryOf({ text, filter }: ListView, query: URLSearchParams): string {
  const told = withoutView(query);
  if (text !== "") told.set("q", text);
  if (filter !== "all") told.set("status", filter);
  const search = told.toString();
  return search === "" ? "" : `?${search}`;
}

/** Which sessions are shown, and how to change it. @param isInAddress Whether a link to the page leads to the same. */
export function useListView(isInAddress: boolean): readonly [ListView, (changes: Partial<ListView>) => void] {
  const [view, setView] = useState(() => (isInAddress ? listViewOf(new URLSearchParams(location.search)) : whole));
  const change = (changes: Partial<ListView>) => {
    const next = { ...view, ...changes };
    if (isInAddress) history.replaceState(history.state, "", `${location.pathname}${listQueryOf(next, new URLSearchParams(location.search))}${location.hash}`);
    setView(next);
  };
  return [view, change];
}
