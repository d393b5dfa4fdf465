/** A value of a JSON text, by its place in it. */
export interface JsonNode {
  readonly kind: "object" | "list" | "string" | "other";
  /** The node that holds it; -1 for the whole. */
  readonly parent: number;
  /** Its name in an object as it is written there, or its place in a list. */
  readonly name: string | number | undefined;
  readonly start: number;
  readonly end: number;
  readonly members: readonly number[];
}

export interface JsonTree {
  readonly text: string;
  readonly nodes: readonly JsonNode[];
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
// A tree of a longer text takes a browser seconds.
const maxCharacters = 4_000_000;

/**
 * The places of all values in a JSON text; undefined for any other text. Nothing is converted: numbers of any size, names that occur
 * twice and names like `__proto__` stay as they are written.
 */
export function readTree(text: string): JsonTree | undefined {
  if (text.length > maxCharacters || !isJson(text)) return undefined;
  const nodes: (JsonNode & { end: number; members: number[] })[] = [];
  let open = -1;
  let name: string | undefined;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const holder = nodes[open];
    if (token === ":") continue;
    if (token === ",") {
      name = undefined;
    } else if (token === "}" || token === "]") {
      if (holder === undefined) return undefined;
      holder.end = index + 1;
      open = holder.parent;
    } else if (holder?.kind === "object" && name === undefined) {
      name = token;
    } else {
      const kind = token === "{" ? "object" : token === "[" ? "list" : token.startsWith('"') ? "string" : "other";
      holder?.members.push(nodes.length);
      nodes.push({ kind, parent: open, name: holder?.kind === "list" ? holder.members.length - 1 : name, start: index, end: index + token.length, members: [] });
      if (kind === "object" || kind === "list") {
        open = nodes.length - 1;
        name = undefined;
      }
    }
  }
  return { text, nodes };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export const nodeAt = ({ nodes }: JsonTree, at: number): JsonNode => nodes[at] as JsonNode;

/** A value as it is written. */
export const writtenOf = ({ text }: JsonTree, { start, end }: JsonNode): string => text.slice(start, end);

/** A value without members as people read it: a string without its escapes. */
export function readOf(tree: JsonTree, node: JsonNode): string {
  const written = writtenOf(tree, node);
  return node.kind === "string" ? (JSON.parse(written) as string) : written;
}

/** A name without its escapes. */
export const nameOf = ({ name }: JsonNode): string => (typeof name === "string" ? (JSON.parse(name) as string) : String(name ?? ""));

/** Where a value stands, in the words of JSONPath (RFC 9535): `$.items[3]["odd name"]`. */
export function pathOf(tree: JsonTree, at: number): string {
  const parts: string[] = [];
  for (let node = tree.nodes[at]; node !== undefined && node.parent >= 0; node = tree.nodes[node.parent]) {
    const name = nameOf(node);
    parts.push(typeof node.name === "string" && /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${node.name}]`);
  }
  return `$${parts.reverse().join("")}`;
}

/** What stands in one line of the tree: a value, or a part of the members of a value that has too many. */
export interface JsonRow {
  /** Unique in the tree; in the set of what is open. */
  readonly key: string;
  readonly node: number;
  /** The members that this row holds, from one place to before another; the whole node without. */
  readonly part: readonly [from: number, to: number] | undefined;
  readonly depth: number;
  readonly canOpen: boolean;
  readonly isOpen: boolean;
}

// So many lines are read and laid out at once without a pause.
const partSize = 100;

/** The lines that are in view while some are open. The whole itself has none. */
export function rowsOf(tree: JsonTree, open: ReadonlySet<string>): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const rest = inside(tree, 0, undefined, -1, open).reverse();
  for (let row = rest.pop(); row !== undefined; row = rest.pop()) {
    rows.push(row);
    if (row.isOpen) rest.push(...inside(tree, row.node, row.part, row.depth, open).reverse());
  }
  return rows;
}

function inside(tree: JsonTree, at: number, part: JsonRow["part"], depth: number, open: ReadonlySet<string>): JsonRow[] {
  const { members } = nodeAt(tree, at);
  const [from, to] = part ?? [0, members.length];
  if (to - from <= partSize) {
    return members.slice(from, to).map((node) => {
      const key = String(node);
      const canOpen = nodeAt(tree, node).members.length > 0;
      return { key, node, part: undefined, depth: depth + 1, canOpen, isOpen: canOpen && open.has(key) };
    });
  }
  const size = sizeOfParts(to - from);
  return Array.from({ length: Math.ceil((to - from) / size) }, (_, i) => {
    const own = [from + i * size, Math.min(to, from + (i + 1) * size)] as const;
    const key = keyOf(at, own);
    return { key, node: at, part: own, depth: depth + 1, canOpen: true, isOpen: open.has(key) };
  });
}

const keyOf = (node: number, [from, to]: readonly [from: number, to: number]): string => `${node}.${from}-${to}`;

function sizeOfParts(count: number): number {
  let size = partSize;
  while (count / size > partSize) size *= partSize;
  return size;
}

// Room for one part and for what stands around it.
const openAtFirst = 130;

/** What is open at first: what is near the top, as far as it makes few lines. */
export function firstOpen(tree: JsonTree): ReadonlySet<string> {
  const open = new Set<string>();
  const waiting = inside(tree, 0, undefined, -1, open);
  let count = waiting.length;
  for (let i = 0; i < waiting.length && count < openAtFirst; i++) {
    const row = waiting[i] as JsonRow;
    if (!row.canOpen) continue;
    const more = inside(tree, row.node, row.part, row.depth, open);
    if (count + more.length > openAtFirst) continue;
    open.add(row.key);
    waiting.push(...more);
    count += more.length;
  }
  return open;
}

/** What must be open for a value to be in view. */
export function openAbove(tree: JsonTree, at: number): readonly string[] {
  const keys: string[] = [];
  for (let node = at, { parent } = nodeAt(tree, at); parent >= 0; node = parent, { parent } = nodeAt(tree, node)) {
    if (parent > 0) keys.push(String(parent));
    const { members } = nodeAt(tree, parent);
    const place = members.indexOf(node);
    for (let [from, to] = [0, members.length]; to - from > partSize; ) {
      const size = sizeOfParts(to - from);
      from += Math.floor((place - from) / size) * size;
      to = Math.min(to, from + size);
      keys.push(keyOf(parent, [from, to]));
    }
  }
  return keys;
}
