// @vitest-environment jsdom
import "./support/dom.js";
import { fireEvent, render, screen, within } from "@testing-library/react";
import axe from "axe-core";
import fc from "fast-check";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it } from "vitest";
import { JsonView } from "../src/components/index.js";
import { firstOpen, nameOf, openAbove, pathOf, readTree, rowsOf, writtenOf, type JsonTree } from "../src/components/json-tree.js";
import { parseJson } from "../src/wire.js";
import { eventually } from "./support/eventually.js";

const treeOf = (text: string): JsonTree => readTree(text) as JsonTree;
const rows = () => screen.getAllByRole("treeitem").map((row) => row.textContent);
const chosen = () => screen.getByRole("treeitem", { selected: true }).textContent;
const press = (...keys: string[]) => keys.forEach((key) => fireEvent.keyDown(screen.getByRole("tree"), { key }));
const seek = (text: string) => fireEvent.change(screen.getByRole("searchbox", { name: "Search" }), { target: { value: text } });

describe("a tree of JSON", () => {
  const text = String.raw`{ "a": 1.10, "__proto__": {"x": 9007199254740993, "x": -0}, "list": [true, "\u202e\n", {}], "odd name": [[null]], "10": 1e400 }`;
  const tree = treeOf(text);

  it("knows each value as it is written, and its path", () => {
    expect(tree.nodes.map((node, at) => [pathOf(tree, at), writtenOf(tree, node)])).toEqual([
      ["$", text],
      ["$.a", "1.10"],
      ["$.__proto__", '{"x": 9007199254740993, "x": -0}'],
      ["$.__proto__.x", "9007199254740993"],
      ["$.__proto__.x", "-0"],
      ["$.list", String.raw`[true, "\u202e\n", {}]`],
      ["$.list[0]", "true"],
      ["$.list[1]", String.raw`"\u202e\n"`],
      ["$.list[2]", "{}"],
      ['$["odd name"]', "[[null]]"],
      ['$["odd name"][0]', "[null]"],
      ['$["odd name"][0][0]', "null"],
      ['$["10"]', "1e400"],
    ]);
  });

  it.each(["", "{", '{"a":}', "[1,]", "]", "nul", "{'a':1}", "[1] 2"])("is none of %j", (broken) => {
    expect(readTree(broken)).toBeUndefined();
  });

  it("has every value of any JSON once, in the order in which it is written", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const json = JSON.stringify(value, undefined, indent);
        const { nodes } = treeOf(json);
        const values: unknown[] = [];
        JSON.stringify(value, (_, each: unknown) => (values.push(each), each));
        expect(nodes.map((node) => JSON.parse(writtenOf({ text: json, nodes }, node)) as unknown)).toEqual(values.map((each) => JSON.parse(JSON.stringify(each)) as unknown));
        nodes.forEach(({ members }, at) => members.forEach((member) => expect(nodes[member]?.parent).toBe(at)));
      }),
      { seed: 1 },
    );
  });

  it("shows parts of many members, and opens what is above any of them", () => {
    const many = treeOf(`{"list":[${Array.from({ length: 25_000 }, (_, i) => `{"id":${i}}`).join(",")}]}`);
    const open = firstOpen(many);
    expect(rowsOf(many, open).map(({ part }) => part)).toEqual([undefined, [0, 10_000], ...Array.from({ length: 100 }, (_, i) => [i * 100, (i + 1) * 100]), [10_000, 20_000], [20_000, 25_000]]);
    const at = many.nodes.findIndex((node) => writtenOf(many, node) === "23456");
    const shown = rowsOf(many, new Set(openAbove(many, at)));
    expect(shown.some(({ node, part }) => node === at && part === undefined)).toBe(true);
    expect(shown.length).toBeLessThan(300);
  });

  it("is read at once when it is large, deep or wide", () => {
    const begun = performance.now();
    const depth = 100_000;
    const deep = treeOf(`${'{"a":['.repeat(depth / 2)}1.10${"]}".repeat(depth / 2)}`);
    expect([deep.nodes.length, rowsOf(deep, firstOpen(deep)).length]).toEqual([depth + 1, 130]);
    const wide = treeOf(`{${Array.from({ length: 100_000 }, (_, i) => `"n${i}":"${"x".repeat(20)}"`).join(",")}}`);
    expect(wide.nodes).toHaveLength(100_001);
    expect(nameOf(wide.nodes.at(-1) as JsonTree["nodes"][number])).toBe("n99999");
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe("JsonView", () => {
  afterEach(() => {
    Reflect.deleteProperty(navigator, "clipboard");
    Reflect.deleteProperty(Element.prototype, "scrollIntoView");
  });

  const copied = (): string[] => {
    const texts: string[] = [];
    Object.defineProperty(navigator, "clipboard", { value: { writeText: (text: string) => Promise.resolve(texts.push(text)) }, configurable: true });
    return texts;
  };

  it("shows a value of an event, and a text that is JSON, as they came", () => {
    const { rerender } = render(<JsonView label="Value" value={parseJson('{"price":1.10,"big":[9007199254740993],"note":"dry run"}')} />);
    expect(rows()).toEqual(["price: 1.10", "▾big: [1]", "0: 9007199254740993", 'note: "dry run"']);
    rerender(<JsonView label="Value" value={'{"__proto__":{"a":-0},"a":1,"a":2.0}'} />);
    expect(rows()).toEqual(["▾__proto__: {1}", "a: -0", "a: 1", "a: 2.0"]);
    fireEvent.click(screen.getByRole("button", { name: "Raw" }));
    expect(screen.getByRole("region", { name: "Value" }).textContent).toBe('{"__proto__":{"a":-0},"a":1,"a":2.0}');
    rerender(<JsonView label="Value" value={"TypeError: no disk\n    at read (a.ts:1:2)"} />);
    expect(screen.getByRole("region", { name: "Value" }).textContent).toContain("\n    at read");
  });

  it("copies what is chosen, or all of it, as it is written, and its path", async () => {
    const texts = copied();
    render(<JsonView label="Value" text={'{ "a": {"b c": "\\u202e", "n": 1.10} }'} />);
    const copy = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
    copy("Copy");
    press("ArrowDown", "ArrowDown");
    copy("Copy");
    copy("Copy path");
    press("ArrowDown");
    copy("Copy");
    await eventually(() => expect(texts).toEqual(['{ "a": {"b c": "\\u202e", "n": 1.10} }', '"\\u202e"', '$.a["b c"]', "1.10"]));
    await eventually(() => expect(screen.getByText("Copied.")).toBeDefined());
  });

  it("can be used by keyboard alone", () => {
    render(<JsonView label="Value" text={'{"a":{"b":[1,2]},"c":3}'} />);
    press("ArrowDown", "ArrowLeft");
    expect(rows()).toEqual(['▸a: {1} {"b":[1,2]}', "c: 3"]);
    press("ArrowRight", "ArrowRight", "ArrowRight");
    expect(chosen()).toBe("0: 1");
    press("ArrowLeft");
    expect(chosen()).toBe("▾b: [2]");
    press("Enter");
    expect(chosen()).toBe("▸b: [2] [1,2]");
    press("End");
    expect(chosen()).toBe("c: 3");
    press("Home", "ArrowUp");
    expect(chosen()).toContain("a: {1}");
    expect(document.getElementById(screen.getByRole("tree").getAttribute("aria-activedescendant") as string)?.textContent).toContain("a: {1}");
  });

  it("finds what is read, not what is written, wherever it stands, and goes from one to the next", () => {
    const scrolledTo: (string | null)[] = [];
    Element.prototype.scrollIntoView = function () {
      if (this.localName === "mark") scrolledTo.push(this.textContent);
    };
    const members = Array.from({ length: 10_000 }, (_, i) => `{"path":"C:\\\\temp\\\\${i}"}`);
    render(<JsonView label="Value" text={`{"list":[${members.join(",")}],"Temp":"\\"dry run\\""}`} />);
    const hits = () => screen.getAllByRole("status").map((status) => status.textContent).join("");
    expect(rows().length).toBeLessThan(250);
    seek("C:\\temp\\9876");
    expect(hits()).toBe("1 of 1");
    expect(scrolledTo).toEqual(["C:\\temp\\9876"]);
    expect(chosen()).toBe('path: "C:\\temp\\9876"');
    seek('"dry');
    expect(chosen()).toBe('Temp: ""dry run""');
    seek("temp");
    expect(hits()).toBe("1 of 1000+");
    fireEvent.keyDown(screen.getByRole("searchbox"), { key: "Enter" });
    expect([hits(), chosen()]).toEqual(["2 of 1000+", 'path: "C:\\temp\\1"']);
    fireEvent.click(screen.getByRole("button", { name: "Previous" }));
    fireEvent.click(screen.getByRole("button", { name: "Previous" }));
    expect(hits()).toBe("1000 of 1000+");
    seek("nowhere");
    expect(hits()).toBe("Not found");
    fireEvent.keyDown(screen.getByRole("searchbox"), { key: "Escape" });
    expect(hits()).toBe("");
  });

  it("finds in a long text, and shows it as far as it was found", () => {
    render(<JsonView label="Value" value={`${"line\n".repeat(10_000)}the end`} />);
    const region = screen.getByRole("region", { name: "Value" });
    expect(region.textContent).toHaveLength(20_001);
    seek("THE END");
    expect(region.querySelector("mark[data-current]")?.textContent).toBe("the end");
    seek("");
    fireEvent.click(screen.getByRole("button", { name: "Show all 50007 characters" }));
    expect(region.textContent).toHaveLength(50_007);
  });

  it("shows marks of direction and what can't be seen, and turns nothing", () => {
    render(<JsonView label="Value" text={'{"a\\u202eb":"\\u0000x\\u2066y\\ud800 \\u200f\\ufeff 👩‍👩‍👧 \\r\\n"}'} />);
    expect(rows()).toEqual(['a‹202E›b: "␀x‹2066›y‹D800› ‹200F›‹FEFF› 👩‍👩‍👧 ␍\n"']);
    expect(screen.getAllByRole("treeitem")[0]?.querySelector("[dir=auto]")).not.toBeNull();
  });

  const circle: { self?: unknown } = {};
  circle.self = circle;
  it.each<[name: string, value: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a circle", circle],
    ["a big integer", 10n],
    ["a symbol", Symbol("a")],
    ["a function", () => 1],
    ["what can't be written", { toJSON: () => { throw new Error("no"); } }],
    ["an empty text", ""],
    ["an empty list", []],
    ["a deep list", JSON.parse(`${"[".repeat(10_000)}1${"]".repeat(10_000)}`)],
    ["deep text that is no JSON", "[".repeat(200_000)],
    ["members of every object", JSON.parse('{"__proto__":{"constructor":1},"toString":null,"hasOwnProperty":[]}')],
    ["a line of 400,000 characters", "x".repeat(400_000)],
    ["NUL", "\0".repeat(5000)],
    ["10,000 members", Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`member ${i}`, "x".repeat(20)]))],
  ])("shows %s, however", (_, value) => {
    const { container } = render(<JsonView label="Value" value={value} />);
    expect(container.querySelectorAll("*").length).toBeLessThan(25_000);
    expect(renderToString(<JsonView label="Value" value={value} />)).toContain("es-json");
  });

  it("opens what is deep without an end", () => {
    render(<JsonView label="Value" text={`${"[".repeat(2000)}"found"${"]".repeat(2000)}`} />);
    seek("found");
    expect(chosen()).toBe('0: "found"');
    expect(screen.getByRole("treeitem", { selected: true }).getAttribute("aria-level")).toBe("2000");
  }, 20_000);

  it("is accessible", async () => {
    const { container } = render(<main><JsonView label="Value" heading="Value" text={JSON.stringify({ list: Array.from({ length: 300 }, (_, i) => i), text: "x".repeat(2000) })} /></main>);
    seek("29");
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
    expect(within(container).getByRole("button", { name: "Next" })).toBeDefined();
  });
});
