import type { Run } from "./runs.js";

/** A run, and how many runs are above it: those that asked for it. */
export interface RunInTree {
  readonly run: Run;
  readonly depth: number;
}

const keyOf = (run: Run, id: string): string => `${run.sessionId} ${id}`;

/** The runs as a tree, from top to bottom: each one followed by those that it asked for. A run whose parent isn't in the list stands at the top. */
export function runTree(runs: readonly Run[]): readonly RunInTree[] {
  const known = new Set(runs.map((run) => keyOf(run, run.id)));
  const children = new Map<string, Run[]>();
  const tops: Run[] = [];
  for (const run of runs) {
    const parent = run.parentRunId === undefined || run.parentRunId === run.id ? undefined : keyOf(run, run.parentRunId);
    if (parent === undefined || !known.has(parent)) {
      tops.push(run);
      continue;
    }
    const siblings = children.get(parent) ?? [];
    siblings.push(run);
    children.set(parent, siblings);
  }
  const seen = new Set<string>();
  const tree: RunInTree[] = [];
  // Runs that name each other as parents have no top, so each run is tried.
  for (const top of [...tops, ...runs]) {
    const open: RunInTree[] = [{ run: top, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { run, depth } = next;
      const key = keyOf(run, run.id);
      if (seen.has(key)) continue;
      seen.add(key);
      tree.push(next);
      for (const child of (children.get(key) ?? []).toReversed()) open.push({ run: child, depth: depth + 1 });
    }
  }
  return tree;
}
