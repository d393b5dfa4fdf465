import { useCallback, useState } from "react";
import { traceNodes, type TraceNode } from "../../src/index.js";
import { groups, type Filter, type Group } from "./filter.js";

export const tabNames = ["Timeline", "Trace", "Agents", "Frames", "Connection"] as const;
export type TabName = (typeof tabNames)[number];

/** What is shown of a session; the address holds it, so that a link leads to the same. */
export interface View {
  readonly tab: TabName;
  readonly filter: Filter;
  /** The chosen part of the trace, by its {@link referenceOf}. */
  readonly chosen: string | undefined;
  /** The chosen frame, by its `event_id`. */
  readonly event: string | undefined;
  /** The part of the trace's time axis that is shown; undefined shows the whole. */
  readonly zoom: { readonly from: number; readonly to: number } | undefined;
}

// Names of the query that belong to a session's view; the others, such as the server, stay from session to session.
const names = ["file", "tab", "q", "type", "kinds", "node", "event", "zoom", "status"];

export function viewOf(query: URLSearchParams): View {
  const kinds = query.get("kinds")?.split(",") ?? [];
  return {
    tab: tabNames.find((name) => name.toLowerCase() === query.get("tab")) ?? "Timeline",
    filter: { text: query.get("q") ?? "", type: query.get("type") ?? "", groups: groups.filter((group) => kinds.includes(group.toLowerCase())) },
    chosen: query.get("node") ?? undefined,
    event: query.get("event") ?? undefined,
    zoom: zoomOf(query.get("zoom") ?? ""),
  };
}

function zoomOf(text: string): View["zoom"] {
  const [from, to] = (/^(\d{1,15})-(\d{1,15})$/.exec(text)?.slice(1) ?? []).map(Number);
  return from === undefined || to === undefined || from >= to ? undefined : { from, to };
}

/** A query with what differs from the view that a session begins with. */
export function queryOf(view: View, query: URLSearchParams): string {
  const told = withoutView(query);
  const file = query.get("file");
  if (file !== null) told.set("file", file);
  const { text, type, groups: kinds } = view.filter;
  const set = (name: string, value: string) => value === "" || told.set(name, value);
  set("tab", view.tab === "Timeline" ? "" : view.tab.toLowerCase());
  set("q", text);
  set("type", type);
  set("kinds", kinds.map((kind: Group) => kind.toLowerCase()).join(","));
  set("node", view.chosen ?? "");
  set("event", view.event ?? "");
  set("zoom", view.zoom === undefined ? "" : `${Math.floor(view.zoom.from)}-${Math.ceil(view.zoom.to)}`);
  const search = told.toString();
  return search === "" ? "" : `?${search}`;
}

/** The query that another session is opened with. */
export function withoutView(query: URLSearchParams): URLSearchParams {
  const rest = new URLSearchParams(query);
  for (const name of names) rest.delete(name);
  return rest;
}

/** The view, and how to change it. */
export function useView(): readonly [View, (changes: Partial<View>) => void] {
  const [view, setView] = useState(() => viewOf(new URLSearchParams(location.search)));
  const change = useCallback((changes: Partial<View>) => {
    // What a filter is set to is typed character by character, which is no step to come back to.
    const next = { ...viewOf(new URLSearchParams(location.search)), ...changes };
    history.replaceState(history.state, "", `${location.pathname}${queryOf(next, new URLSearchParams(location.search))}${location.hash}`);
    setView(next);
  }, []);
  return [view, change];
}

/** Names a node for a link. Ids are used again, times tell which one is meant. */
export function referenceOf({ kind, of, startMs }: Pick<TraceNode, "kind" | "of" | "startMs">): string {
  return [kind, "runId" in of ? of.runId : undefined, of.id, startMs].map((part) => String(part ?? "").replaceAll("~", "-")).join("~");
}

const references = new WeakMap<readonly TraceNode[], ReadonlyMap<string, TraceNode>>();

/** The node of a tree that a reference names. */
export function nodeNamed(tree: readonly TraceNode[], reference: string): TraceNode | undefined {
  let known = references.get(tree);
  if (known === undefined) references.set(tree, (known = new Map(traceNodes(tree).map((node) => [referenceOf(node), node]))));
  return known.get(reference);
}
