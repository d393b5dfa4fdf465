import { traceNodes, type AgentEvent, type TraceNode } from "../../src/index.js";
import type { TimelineSubject } from "../../src/components/agent-timeline.js";
import { idOf, mayBeOneRun, runOf } from "../../src/reducers/shared.js";
import { timeOf } from "../../src/time.js";

type Test = (event: AgentEvent) => boolean;

/** Tells which events belong to a node or to what it contains. */
export function eventsOf(node: TraceNode, tree: readonly TraceNode[]): Test {
  const uses = new Map<string, number>();
  for (const each of traceNodes(tree)) uses.set(idKeyOf(each), (uses.get(idKeyOf(each)) ?? 0) + 1);
  const runs = new Set<string>();
  const byId = new Map<string, Test[]>();
  const others: Test[] = [];
  for (const each of traceNodes([node])) {
    if (each.kind === "run") runs.add(`${each.sessionId} ${each.of.id}`);
    else if (each.kind === "workflow") others.push(isOf(each));
    else if (each.kind === "step") others.push((event) => isOf(each)(event) && isWithin(each, event));
    else {
      // Ids are used again: then only the time tells which one is meant.
      const isOnly = uses.get(idKeyOf(each)) === 1;
      const key = idKeyOf(each);
      byId.set(key, [...(byId.get(key) ?? []), (event) => isOf(each)(event) && (isOnly || isWithin(each, event))]);
    }
  }
  return (event) =>
    runs.has(`${event.session_id} ${runOf(event)}`) ||
    (byId.size > 0 && keysOf(event).some((key) => byId.get(key)?.some((isMeant) => isMeant(event)) === true)) ||
    others.some((isMeant) => isMeant(event));
}

const isOf = ({ sessionId, runId }: TraceNode): Test => (event) => event.session_id === sessionId && mayBeOneRun(runOf(event), runId);

function isWithin({ startMs, endMs }: TraceNode, { timestamp }: AgentEvent): boolean {
  const at = timeOf(timestamp);
  return at === undefined || startMs === undefined || (at >= startMs && at <= (endMs ?? Number.POSITIVE_INFINITY));
}

const idKeyOf = ({ kind, of, sessionId }: TraceNode): string => `${kind} ${sessionId} ${of.id}`;

/** What an event may belong to, as the keys of nodes have it. */
function keysOf({ type, session_id, payload }: AgentEvent): readonly string[] {
  const [call, message] = [idOf(payload, "tool_call_id"), idOf(payload, "message_id")];
  const kind = type.startsWith("agent_thought") ? "thought" : "message";
  return [
    ...(call === undefined ? [] : [`tool_call ${session_id} ${call}`]),
    // Thoughts need no id.
    ...(message !== undefined || kind === "thought" ? [`${kind} ${session_id} ${message}`] : []),
  ];
}

/** The node that a row of the timeline is about, or that its event belongs to. */
export function nodeOf(subject: TimelineSubject, tree: readonly TraceNode[]): TraceNode | undefined {
  const nodes = traceNodes(tree);
  if (subject.kind === "event") {
    const { of: event } = subject;
    const run = runOf(event);
    const step = nodes.findLast((node) => node.kind === "step" && isOf(node)(event) && idOf(event.payload, "step_id") === node.of.id);
    return step ?? nodes.find((node) => (node.kind === "run" || node.kind === "workflow") && node.sessionId === event.session_id && node.of.id === run);
  }
  const { of } = subject;
  const kind = "kind" in of ? of.kind : "tool_call";
  const same = nodes.filter((node) => node.kind === kind && node.sessionId === of.sessionId && node.of.id === of.id && mayBeOneRun(node.runId, of.runId));
  // A filter may have left out its start.
  return same.find((node) => node.startMs === timeOf(of.startedAt)) ?? same.at(-1);
}
