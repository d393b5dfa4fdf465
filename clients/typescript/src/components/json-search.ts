import { nameOf, readOf, type JsonTree } from "./json-tree.js";

/** Where a search found its text: in a part of a tree, or in a text. */
export interface Hit {
  readonly node: number;
  readonly isName: boolean;
  readonly at: number;
  readonly length: number;
}

/** More are neither counted nor walked through by anybody. */
export const maxHits = 1000;

/** What finds a text in any case; undefined for an empty text. */
export const patternOf = (query: string): RegExp | undefined => (query === "" ? undefined : new RegExp(query.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu"));

/** Where a text is found, in what people read: `dry run` and `C:\temp`, not their escapes. */
export function hitsInTree(tree: JsonTree, pattern: RegExp): readonly Hit[] {
  const hits: Hit[] = [];
  tree.nodes.forEach((node, at) => {
    if (hits.length >= maxHits) return;
    if (typeof node.name === "string") find(nameOf(node), pattern, hits, at, true);
    if (node.kind === "string" || node.kind === "other") find(readOf(tree, node), pattern, hits, at, false);
  });
  return hits;
}

export function hitsInText(text: string, pattern: RegExp): readonly Hit[] {
  const hits: Hit[] = [];
  find(text, pattern, hits, 0, false);
  return hits;
}

function find(text: string, pattern: RegExp, hits: Hit[], node: number, isName: boolean): void {
  for (const match of text.matchAll(pattern)) {
    if (hits.length >= maxHits) return;
    hits.push({ node, isName, at: match.index, length: match[0].length });
  }
}
