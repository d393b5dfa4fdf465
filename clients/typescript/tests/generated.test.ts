import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generate } from "../scripts/generate.mjs";
import * as client from "../src/index.js";
import { catalogue } from "../src/events.generated.js";

const snapshots = new URL("../../../EventStream.Tests/Events/Snapshots/", import.meta.url);
const samples = readdirSync(snapshots)
  .filter((file) => file.endsWith(".json"))
  .map((file) => client.parseEvent(readFileSync(new URL(file, snapshots), "utf8")) as client.KnownEvent);

const guardOf = (type: string) => {
  const name = type.replace(/_event$/, "").split("_").map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
  return (client as unknown as { [name: string]: (event: client.AgentEvent) => boolean })[`is${name}Event`];
};

describe("generated types", () => {
  it.each([...generate()])("%s is what the schema says; else run npm run generate", (file, text) => {
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("have a sample of the server for every type", () => {
    expect(samples.map((sample) => sample.type).sort()).toEqual(Object.keys(catalogue).sort());
  });

  it.each(samples.map((sample) => [sample.type, sample] as const))("recognise the server's own %s", (type, sample) => {
    expect(guardOf(type)?.(sample)).toBe(true);
    expect(samples.filter((other) => guardOf(type)?.(other))).toEqual([sample]);
  });

  it("don't trust a payload that lacks what its type requires, or has it of another kind", () => {
    for (const sample of samples) {
      for (const member of catalogue[sample.type][1].split(" ").filter(Boolean)) {
        const [name = "", code] = member.split(":");
        const { [name]: _, ...without } = sample.payload as { [name: string]: unknown };
        expect(guardOf(sample.type)?.({ ...sample, payload: without } as client.AgentEvent), `${sample.type} without ${name}`).toBe(false);
        const wrong = { ...sample, payload: { ...without, [name]: null } } as client.AgentEvent;
        if (code !== "*") expect(guardOf(sample.type)?.(wrong), `${sample.type} with ${name}: null`).toBe(false);
      }
    }
  });
});

describe("guards", () => {
  const ofType = (type: string, payload: object = {}) => ({ ...samples[0], type, payload }) as unknown as client.AgentEvent;

  it("tell families", () => {
    const workflow = samples.filter(client.isWorkflowEvent).map((sample) => sample.type);
    expect(workflow).toContain("workflow_node_state_updated");
    expect(workflow.every((type) => type.startsWith("workflow_"))).toBe(true);
    expect(samples.filter(client.isMetricsEvent).map((sample) => sample.type)).toEqual(["metrics_update"]);
  });

  it("tell errors and the ends of runs", () => {
    expect(samples.filter(client.isErrorEvent).map((sample) => sample.type).sort()).toEqual(["ingest_job_failed", "run_error", "run_failed", "workflow_run_failed"]);
    expect(samples.filter(client.isRunEndEvent).map((sample) => sample.type).sort()).toEqual(["run_cancelled", "run_completed", "run_failed"]);
  });

  it("tell unknown types, also those that JavaScript objects have by themselves", () => {
    expect(client.isUnknownEvent(ofType("deployment_note"))).toBe(true);
    expect(client.isUnknownEvent(ofType("constructor"))).toBe(true);
    expect(client.isEvent(ofType("deployment_note"), "deployment_note")).toBe(true);
    expect(client.isEvent(ofType("tool_call_result"), "tool_call_result")).toBe(false);
  });

  it("narrow by type alone", () => {
    const names = samples.map((sample: client.AgentEvent) => (sample.type === "tool_call_started" ? sample.payload.tool_name.length : 0));
    expect(Math.max(...names)).toBeGreaterThan(0);
  });
});

describe("parseEvent", () => {
  it.each(["", "nonsense", "null", "[]", "{}", '{"type":"note"}', '{"type":"note","payload":[]}', '{"type":1,"payload":{}}'])("gives nothing for %j", (data) => {
    expect(client.parseEvent(data)).toBeUndefined();
  });
});
