import { traceNodes } from "./trace-index.js";
import type { TraceNode } from "./trace-tree.js";

/** A node as a row of a list: a tree as it is shown, with its folded parts left out. */
export interface TraceRow {
  readonly node: TraceNode;
  readonly depth: number;
  /** False when a filter left its children out as well. */
  readonly hasChildren: boolean;
  readonly isFolded: boolean;
}

/**
 * The rows of a tree from top to bottom.
 * @param folded The keys of nodes whose children aren't shown.
 * @param isWanted Leaves out what it refuses, unless something below is wanted; that is shown unfolded.
 */
export function traceRows(tree: readonly TraceNode[], folded: ReadonlySet<string>, isWanted?: (node: TraceNode) => boolean): readonly TraceRow[] {
  const kept = isWanted === undefined ? undefined : wantedIn(tree, isWanted);
  const rows: TraceRow[] = [];
  const open = tree.toReversed().map((node) => ({ node, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (kept !== undefined && !kept.has(node)) continue;
    const children = kept === undefined ? node.children : node.children.filter((child) => kept.has(child));
    const isFolded = kept === undefined && children.length > 0 && folded.has(node.key);
    rows.push({ node, depth, hasChildren: children.length > 0, isFolded });
    if (isFolded) continue;
    for (const child of children.toReversed()) open.push({ node: child, depth: depth + 1 });
  }
  return rows;
}

function wantedIn(tree: readonly TraceNode[], isWanted: (node: TraceNode) => boolean): ReadonlySet<TraceNode> {
  const kept = new Set<TraceNode>();
  for (const node of traceNodes(tree).toReversed()) {
    if (isWanted(node) || node.children.some((child) => kept.has(child))) kept.add(node);
  }
  return kept;
}
