import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonOf, loadHistory, numberText, parseEvent } from "../src/index.js";
import { parseJson } from "../src/wire.js";
import { fakeServer, status } from "./support/fake-server.js";

const numbers = ["9007199254740993", "-9007199254740993", "1.10", "-1.50", "0.10", "1.0", "-0", "-0.0", "1e2", "1E+2", "1.5e-7", "0.0000001", "1e400", "123456789012345678901234567890", "3.141592653589793238", "100", "0.5", "1.1"];

describe("numbers", () => {
  it.each(numbers)("%s is written as it came, wherever it stands", (number) => {
    for (const text of [`{"a":${number}}`, `{"a":{"b":[1,${number},"${number}"]},"c":${number}}`, `[${number}]`, `{"text":"{\\"a\\": [${number}, \\\\","a":${number}}`, `{"":${number},"__proto__":${number},"1":${number}}`]) {
      expect(sorted(jsonOf(parseJson(text)))).toBe(sorted(text));
    }
  });

  it("are numbers all the same, and known by what holds them", () => {
    const event = parseEvent(`{"type":"note","payload":{"a":1.10,"b":[9007199254740993],"c":1}}`, "7-1");
    const payload = event?.payload as { a: number; b: number[]; c: number };
    expect(payload).toEqual({ a: 1.1, b: [9007199254740992], c: 1 });
    expect([numberText(payload, "a"), numberText(payload.b, 0), numberText(payload, "c"), numberText(payload, "none")]).toEqual(["1.10", "9007199254740993", undefined, undefined]);
    expect(jsonOf(event)).toBe(`{"type":"note","payload":{"a":1.10,"b":[9007199254740993],"c":1},"id":"7-1"}`);
  });

  it("of a name that occurs twice are the last one's", () => {
    expect(jsonOf(parseJson(`{"a":1.10,"a":2.0}`))).toBe(`{"a":2.0}`);
    expect(jsonOf(parseJson(`{"a":{"b":1.10},"a":1.10}`))).toBe(`{"a":1.10}`);
    expect(jsonOf(parseJson(`{"a":1.10,"a":"x","b":[2.0]}`))).toBe(`{"a":"x","b":[2.0]}`);
    expect(jsonOf(parseJson(`{"a":[1.10],"a":{"0":1.1},"b":2.0}`))).toContain(`"b":2.0`);
  });

  it("of a history are written as they came", async () => {
    const { url } = await fakeServer(status(200, {}, `{"events":[{"type":"note","payload":{"a":1.10}}],"cursor":"1-1","has_more":false,"resume":"full"}`));
    const { events } = await loadHistory({ baseUrl: url, sessionId: "s" });
    expect(jsonOf(events[0]?.payload)).toBe(`{"a":1.10}`);
  });

  it("are found in large and in deep values", () => {
    const text = `{"text":${JSON.stringify('"\\'.repeat(500_000))},"list":[${"1.10,".repeat(10_000)}2]}`;
    expect(jsonOf(parseJson(text))).toBe(text);
    const deep = `${"[".repeat(100_000)}1.10${"]".repeat(100_000)}`;
    expect(jsonOf(parseJson(deep))).toBe(deep);
  });

  it("of a program's own values are what JSON.stringify writes, and a circle is refused", () => {
    const own = { at: new Date(0), none: undefined, list: [undefined, () => 1], call: () => 1, empty: {}, "": [] };
    expect(jsonOf(own)).toBe(JSON.stringify(own));
    expect(jsonOf(own, 2)).toBe(JSON.stringify(own, undefined, 2));
    expect([jsonOf(undefined), jsonOf("a"), jsonOf([own, own])]).toEqual(["null", '"a"', JSON.stringify([own, own])]);
    const circle: unknown[] = [];
    circle.push({ circle });
    expect(() => jsonOf(circle)).toThrow("contains itself");
  });
});

const members = (text: string) => JSON.stringify(Object.entries(JSON.parse(text) as object));
// Names that are numbers come first in JavaScript's objects.
const sorted = (text: string) => `${members(text)} ${[...text.matchAll(/-?\d[\d.eE+-]*/g)].map(String).sort().join(" ")}`;

it("any JSON without such numbers is what JSON.stringify writes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const parsed = parseJson(text);
      expect(parsed).toEqual(JSON.parse(text));
      expect(jsonOf(parsed)).toBe(JSON.stringify(parsed));
      expect(jsonOf(parsed, 2)).toBe(JSON.stringify(parsed, undefined, 2));
    }),
    { seed: 1 },
  );
});

it("any JSON with any numbers is written as it came", () => {
  const number = fc.oneof(fc.constantFrom(...numbers), fc.tuple(fc.bigInt(), fc.stringMatching(/^\.\d{1,20}$/)).map(([whole, part]) => `${whole}${part}`));
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      number,
      fc.string().map((text) => JSON.stringify(text)),
      fc.array(tie("json"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
      fc.uniqueArray(fc.tuple(fc.string().filter((name) => !/^\d+$/.test(name)), tie("json")), { selector: ([name]) => name, maxLength: 4 }).map((all) => `{${all.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`),
    ),
  }));
  fc.assert(fc.property(json, (text) => {
    expect(jsonOf(parseJson(`{"payload":${text}}`))).toBe(`{"payload":${text}}`);
  }), { seed: 1, numRuns: 500 });
});
