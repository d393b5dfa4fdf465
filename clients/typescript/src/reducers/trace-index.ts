import type { TraceNode } from "./trace-tree.js";

interface TraceIndex {
  readonly nodes: readonly TraceNode[];
  readonly byKey: ReadonlyMap<string, TraceNode>;
  readonly parents: ReadonlyMap<TraceNode, TraceNode>;
}

// Several parts of a page ask about the same tree.
const indexes = new WeakMap<readonly TraceNode[], TraceIndex>();

function indexOf(tree: readonly TraceNode[]): TraceIndex {
  let index = indexes.get(tree);
  if (index === undefined) indexes.set(tree, (index = walk(tree)));
  return index;
}

function walk(tree: readonly TraceNode[]): TraceIndex {
  const nodes: TraceNode[] = [];
  const byKey = new Map<string, TraceNode>();
  const parents = new Map<TraceNode, TraceNode>();
  const open = tree.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.push(node);
    byKey.set(node.key, node);
    for (const child of node.children.toReversed()) {
      parents.set(child, node);
      open.push(child);
    }
  }
  return { nodes, byKey, parents };
}

/** All nodes from top to bottom, each before those that it contains. */
export const traceNodes = (tree: readonly TraceNode[]): readonly TraceNode[] => indexOf(tree).nodes;

/** The nodes that are above one, from the top; empty when it stands there or isn't in the tree. */
export function ancestorsOf(tree: readonly TraceNode[], key: string): readonly TraceNode[] {
  const { byKey, parents } = indexOf(tree);
  const ancestors: TraceNode[] = [];
  for (let node = byKey.get(key); node !== undefined; node = parents.get(node)) ancestors.unshift(node);
  return ancestors.slice(0, -1);
}
