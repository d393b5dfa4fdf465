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

/** All nodes from top to bottom, each before those that it contains. */
export function traceNodes(tree: readonly TraceNode[]): readonly TraceNode[] {
  const nodes: TraceNode[] = [];
  const open = tree.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.push(node);
    for (const child of node.children.toReversed()) open.push(child);
  }
  return nodes;
}

function wantedIn(tree: readonly TraceNode[], isWanted: (node: TraceNode) => boolean): ReadonlySet<TraceNode> {
  const kept = new Set<TraceNode>();
  for (const node of traceNodes(tree).toReversed()) {
    if (isWanted(node) || node.children.some((child) => kept.has(child))) kept.add(node);
  }
  return kept;
}

/** The nodes that are above one, from the top; empty when it stands there or isn't in the tree. */
export function ancestorsOf(tree: readonly TraceNode[], key: string): readonly TraceNode[] {
  const above = new Map<TraceNode, TraceNode>();
  for (const node of traceNodes(tree)) {
    for (const child of node.children) above.set(child, node);
    if (node.key !== key) continue;
    const ancestors: TraceNode[] = [];
    for (let at = above.get(node); at !== undefined; at = above.get(at)) ancestors.unshift(at);
    return ancestors;
  }
  return [];
}
