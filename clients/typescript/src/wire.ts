// Numbers that JavaScript would write in another way than they came, by the object or list that holds them.
const texts = new WeakMap<object, Map<string, string>>();

// Long digits, exponents, zeros at the end, small fractions, -0: few events have any, so all others cost one search.
const suspicious = /[:,[]\s*(?:-0[\s,}\]]|-?(?:\d[\d.]{15}|\d+(?:\.\d+)?e|\d+\.\d*0[\s,}\]]|0\.0{6}))/i;
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[^\s,}\]]*|[{}[\],]/g;

/** JSON.parse that remembers how numbers were written: see {@link numberText} and {@link jsonOf}. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (suspicious.test(text)) remember(text, value);
  return value;
}

interface Place {
  readonly holder: unknown;
  name: string | undefined;
}

function remember(text: string, root: unknown): void {
  const open: Place[] = [];
  let place: Place = { holder: { root }, name: "root" };
  for (const [token] of text.matchAll(tokens)) {
    const isList = Array.isArray(place.holder);
    if (token === "{" || token === "[") {
      open.push(place);
      const holder = (place.holder as { readonly [name: string]: unknown } | undefined)?.[place.name ?? ""];
      place = { holder, name: token === "[" ? "0" : undefined };
    } else if (token === "}" || token === "]") {
      place = open.pop() as Place;
    } else if (token === ",") {
      place.name = isList ? String(Number(place.name) + 1) : undefined;
    } else if (token.startsWith('"')) {
      if (!isList) place.name ??= JSON.parse(token) as string;
    } else if (place.name !== undefined) {
      keep(place.holder, place.name, token);
    }
  }
}

function keep(holder: unknown, name: string, text: string): void {
  // When a name occurs twice, the last one counts, which may be no number.
  if (typeof holder !== "object" || holder === null || (holder as { readonly [name: string]: unknown })[name] !== Number(text)) return;
  if (text === String(Number(text))) return;
  const known = texts.get(holder) ?? new Map<string, string>();
  texts.set(holder, known.set(name, text));
}

/**
 * A number of an event as it came, when JavaScript would write it in another way: 9007199254740993 or 1.10.
 * @param holder The object or list of the event that holds the number.
 */
export function numberText(holder: object, name: string | number): string | undefined {
  return typeof (holder as { readonly [name: string | number]: unknown })[name] === "number" ? texts.get(holder)?.get(String(name)) : undefined;
}

/** A copy of an object of an event with other members; it knows how its numbers came. */
export function changed<T extends object>(holder: T, changes: Partial<T>): T {
  const copy = { ...holder, ...changes };
  const known = texts.get(holder);
  if (known !== undefined) texts.set(copy, known);
  return copy;
}

interface Holder {
  readonly of: object;
  /** None of a list. */
  readonly names: readonly string[] | undefined;
  readonly size: number;
  at: number;
  isEmpty: boolean;
}

/** JSON.stringify for values of events: their numbers are written as they came, and they may be as deep as they like. */
export function jsonOf(value: unknown, indent = 0): string {
  let text = "";
  const open: Holder[] = [];
  const isOpen = new Set<object>();
  const line = () => (indent === 0 ? "" : `\n${" ".repeat(indent * open.length)}`);
  const write = (within: object, name: string | number) => {
    const member = (within as { readonly [name: string | number]: unknown })[name];
    const holder = open.at(-1);
    // Values of a program's own, such as dates, write themselves.
    const isHolder = typeof member === "object" && member !== null && typeof (member as { toJSON?: unknown }).toJSON !== "function";
    const scalar = isHolder ? "" : (numberText(within, name) ?? JSON.stringify(member) ?? (holder !== undefined && holder.names !== undefined ? undefined : "null"));
    if (scalar === undefined) return;
    if (holder !== undefined) {
      text += `${holder.isEmpty ? "" : ","}${line()}${holder.names === undefined ? "" : `${JSON.stringify(name)}:${indent === 0 ? "" : " "}`}`;
      holder.isEmpty = false;
    }
    text += scalar;
    if (!isHolder) return;
    if (isOpen.has(member)) throw new TypeError("The value contains itself.");
    isOpen.add(member);
    const names = Array.isArray(member) ? undefined : Object.keys(member);
    open.push({ of: member, names, size: names?.length ?? (member as readonly unknown[]).length, at: 0, isEmpty: true });
    text += names === undefined ? "[" : "{";
  };
  write({ value }, "value");
  for (let holder = open.at(-1); holder !== undefined; holder = open.at(-1)) {
    if (holder.at < holder.size) {
      const at = holder.at++;
      write(holder.of, holder.names?.[at] ?? at);
      continue;
    }
    open.pop();
    isOpen.delete(holder.of);
    text += `${holder.isEmpty ? "" : line()}${holder.names === undefined ? "]" : "}"}`;
  }
  return text;
}
