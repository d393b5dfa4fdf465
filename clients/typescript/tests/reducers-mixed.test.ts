import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentEvent } from "../src/index.js";
import { isAudit } from "./support/audit.js";
import { begin, callsOf, completed, delta, end, entriesOf, event, messagesOf } from "./support/told.js";

const options = { seed: 1, numRuns: isAudit ? 60 : 500 };
const runId = fc.constantFrom("r1", "r2");
const id = fc.constantFrom("0", "1");
const text = fc.string({ unit: "grapheme", maxLength: 12 }).map((words) => `${words}😀${words}`);
const cuts = fc.array(fc.nat(), { maxLength: 5 });

/** Cuts a text anywhere, in the middle of a character too. */
function cut(whole: string, at: readonly number[]): string[] {
  const places = [0, ...at.map((n) => n % (whole.length + 1)), whole.length].sort((a, b) => a - b);
  return places.slice(1).map((place, i) => whole.slice(places[i], place));
}

/** Moves an item to an earlier place. */
const earlier = <T>(items: readonly T[], from: number, places: number): T[] => {
  const moved = items.filter((_, i) => i !== from);
  moved.splice(from - (places % (from + 1)), 0, items[from] as T);
  return moved;
};

/** Mixes the events of two runs, each in its order. */
function mixed(events: readonly AgentEvent[], order: readonly boolean[]): AgentEvent[] {
  const queues = ["r1", "r2"].map((run) => events.filter((each) => each.run_id === run));
  const mix: AgentEvent[] = [];
  for (let i = 0; queues.some((queue) => queue.length > 0); i++) {
    const next = queues[order[i % order.length] ? 0 : 1]?.shift() ?? queues[0]?.shift() ?? queues[1]?.shift();
    mix.push(next as AgentEvent);
  }
  return mix;
}

describe("split anywhere, out of order, with ids that are used again", () => {
  const order = fc.array(fc.boolean(), { minLength: 1, maxLength: 20 });

  it("the texts are those of the whole, ordered stream", () => {
    const message = fc.record({ id, runId, text, cuts, isThought: fc.boolean(), places: fc.nat() });
    // A publisher tells starts, or doesn't.
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), order, fc.boolean(), (script, mix, hasStart) => {
        const told = script.map((each, n) => ({ ...each, whole: `${n} ${each.text}` }));
        const events = told.flatMap(({ whole, ...each }) => {
          const kind = each.isThought ? "thought" : "message";
          const common = { message_id: each.id };
          const deltas = cut(whole, each.cuts).map((part) => event(`agent_${kind}_delta`, { ...common, delta: part }, each.runId));
          const first = hasStart && !each.isThought ? [event("agent_message_start", common, each.runId)] : [];
          const last = event(each.isThought ? "agent_thought" : "agent_message_end", { ...common, content: whole }, each.runId);
          return earlier([...first, ...deltas, last], first.length + deltas.length, each.places);
        });
        const all = [...mixed(events, mix), completed("r1"), completed("r2")];
        const messages = messagesOf(all);
        for (const run of ["r1", "r2"]) {
          for (const kind of ["thought", "message"]) {
            const expected = told.filter((each) => each.runId === run && each.isThought === (kind === "thought")).map(({ whole }) => whole);
            expect(messages.filter((each) => each.runId === run && each.kind === kind).map((each) => each.text)).toEqual(expected);
          }
        }
        expect(messages.every(({ status }) => status === "complete")).toBe(true);
        expect(entriesOf(all)).toBe(script.length);
      }),
      options,
    );
  });

  it("the texts are whole, though starts, ends and deltas overtake each other", () => {
    // Parts that no other part holds: where a delta belongs is known then.
    const message = fc.record({ parts: fc.integer({ min: 1, max: 5 }), startAt: fc.nat(), endAt: fc.nat(), tellsContent: fc.boolean(), late: fc.func(fc.nat()) });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (script) => {
        const wholes = script.map(({ parts }, n) => Array.from({ length: parts }, (_, i) => `<${n}.${i}>`));
        const events = script.flatMap(({ startAt, endAt, tellsContent, late }, n) => {
          const parts = wholes[n] as string[];
          const at = endAt % (parts.length + 1);
          const before = parts.slice(0, at);
          // The order of deltas that come after the end is known when the end has told the text.
          const after = tellsContent ? parts.slice(at).sort((a, b) => late(a) - late(b)) : parts.slice(at);
          const ends = end(tellsContent ? parts.join("") : before.join(""));
          const told = [...before.map((part) => delta(part)), ends, ...after.map((part) => delta(part))];
          // The start comes before the end, unless that comes before everything else. A later message under the id begins with its start, or with all its text.
          const latest = at > 0 ? (n === 0 ? at : 0) : n === 0 || tellsContent ? told.length : 0;
          const place = startAt % (latest + 1);
          return [...told.slice(0, place), begin(), ...told.slice(place)];
        });
        expect(messagesOf([...events, completed()]).map(({ text, status }) => [text, status])).toEqual(wholes.map((parts) => [parts.join(""), "complete"]));
        expect(entriesOf(events)).toBe(script.length);
      }),
      options,
    );
  });

  it("the calls are those of the whole, ordered stream", () => {
    const call = fc.record({ id, runId, text, cuts, places: fc.nat(), isStreamed: fc.boolean(), hasFailed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), order, (script, mix) => {
        const expected = script.map((each, n) => ({
          id: each.id, runId: each.runId, name: `tool ${n}`, args: { n, text: each.text }, progress: each.text, status: each.hasFailed ? "failed" : "succeeded", error: each.hasFailed ? `${n}` : undefined, result: each.hasFailed ? undefined : { n },
        }));
        const events = expected.flatMap(({ args, name, progress, ...each }, n) => {
          const { cuts: at, places, isStreamed } = script[n] as (typeof script)[number];
          const of = (type: string, payload: object) => event(`tool_call_${type}`, { tool_call_id: each.id, ...payload }, each.runId);
          const streamed = isStreamed ? [...cut(JSON.stringify(args), at).map((part) => of("args_delta", { delta: part })), of("args_end", {})] : [];
          const before = [of("started", { tool_name: name, args: isStreamed ? {} : args }), ...streamed, ...cut(progress, at).map((part) => of("delta", { delta: part }))];
          return earlier([...before, of("result", { tool_name: name, error: each.error, result: each.result })], before.length, places);
        });
        const all = [...mixed(events, mix), completed("r1"), completed("r2")];
        const calls = callsOf(all);
        for (const run of ["r1", "r2"]) expect(calls.filter((each) => each.runId === run)).toMatchObject(expected.filter((each) => each.runId === run));
        expect(calls).toHaveLength(script.length);
        expect(entriesOf(all)).toBe(script.length);
      }),
      options,
    );
  });
});
