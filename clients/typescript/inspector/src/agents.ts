import { spanOf } from "../../src/components/trace-axis.js";
import { addUsage, traceNodes, usageOf, type TraceNode, type Usage } from "../../src/index.js";

/** What the runs of an agent add up to. */
export interface AgentRow {
  readonly name: string;
  readonly runs: number;
  /** How long its runs went on without a run of a subagent going on below them. */
  readonly ownMs: number;
  /** Its errors, without those of subagents. */
  readonly errors: number;
  readonly usage: Usage;
  /** The run that took the most of this time. */
  readonly longest: TraceNode;
}

/** The agents of a trace, those first whose own work took longest. @param latestMs Until when runs that go on have lasted. */
export function agentsOf(tree: readonly TraceNode[], latestMs: number | undefined): readonly AgentRow[] {
  const agents = new Map<string, AgentRow & { readonly longestMs: number }>();
  for (const node of traceNodes(tree)) {
    if (node.kind !== "run") continue;
    const name = node.agent ?? node.name;
    const ownMs = ownTimeOf(node, latestMs);
    const known = agents.get(name);
    const isLongest = known === undefined || ownMs > known.longestMs;
    agents.set(name, {
      name,
      runs: (known?.runs ?? 0) + 1,
      ownMs: (known?.ownMs ?? 0) + ownMs,
      errors: (known?.errors ?? 0) + node.errors - askedBy(node).reduce((sum, run) => sum + run.errors, 0),
      usage: known === undefined ? usageOf(node.of.usage) : addUsage(known.usage, usageOf(node.of.usage)),
      longest: isLongest ? node : known.longest,
      longestMs: isLongest ? ownMs : known.longestMs,
    });
  }
  return [...agents.values()].toSorted((a, b) => b.ownMs - a.ownMs);
}

/** The runs that a run asked for, however deep in its own work they stand. */
function askedBy(run: TraceNode): readonly TraceNode[] {
  const below: TraceNode[] = [];
  const open = [...run.children];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "run") below.push(node);
    else open.push(...node.children);
  }
  return below;
}

// Who waits for a person does nothing.
const workOf = (run: TraceNode, latestMs: number | undefined) => spanOf(run, run.outcome === "waiting" ? undefined : latestMs);

function ownTimeOf(run: TraceNode, latestMs: number | undefined): number {
  const whole = workOf(run, latestMs);
  if (whole === undefined) return 0;
  const spans = askedBy(run).flatMap((node) => workOf(node, latestMs) ?? []).toSorted((a, b) => a.from - b.from);
  let [own, at] = [whole.to - whole.from, whole.from];
  for (const { from, to } of spans) {
    const [begin, end] = [Math.max(from, at), Math.min(to, whole.to)];
    if (end <= begin) continue;
    own -= end - begin;
    at = end;
  }
  return own;
}
