// @vitest-environment jsdom
import "./support/dom.js";
import { fireEvent, render, screen } from "@testing-library/react";
import type { ReactElement, ReactNode } from "react";
import { describe, expect, it } from "vitest";
import { foldEvents, initialTrace, reduceTrace, traceNodes, traceTree, type AgentEvent } from "../src/index.js";
import { AgentTimeline, ApprovalPrompt, JsonView, MetricsPanel, RunControls, RunStatus, RunTree, TextsProvider, ToolCallInspector, TraceDetail, useTexts, Waterfall, type Texts } from "../src/components/index.js";
import { english } from "../src/components/texts.js";
import { MessageView } from "../src/markdown/index.js";

/** A language of which every text is known by its brackets. */
const pseudo = Object.fromEntries(
  Object.entries(english).map(([name, text]) => {
    const say = text as string | ((...args: unknown[]) => ReactNode);
    return [name, typeof say === "string" ? `⟦${say}⟧` : (...args: unknown[]) => (/^ask(s|ed)ToCall$/.test(name) ? <>⟦{say(...args)}⟧</> : `⟦${String(say(...args) ?? "")}⟧`)];
  }),
) as unknown as Texts;

// Data has no Latin letters, so all that are seen are the components' own.
let serial = 0;
const event = (type: string, payload: object, run = "१"): AgentEvent =>
  ({ id: `1-${++serial}`, event_id: String(serial), session_id: "७", run_id: run, timestamp: new Date(Date.UTC(2026, 10, 21) + serial * 1500).toISOString(), type, payload }) as unknown as AgentEvent;
const long = "Дом ".repeat(400);
const events = [
  event("run_started", { run_id: "१", agent: "योजना", input: { "१": long } }),
  event("agent_thought", { content: long, agent: "योजना" }),
  event("tool_call_started", { tool_call_id: "२", tool_name: "कुंजी", args: { "१": [1, 2], "२": long } }),
  event("run_created", { run_id: "३", agent: "काम", parent_run_id: "१", parent_tool_call_id: "२" }, "३"),
  event("workflow_started", { workflow: "प्रवाह", workflow_run_id: "९" }, "३"),
  event("step_started", { step_id: "८", description: "कदम" }, "३"),
  event("run_failed", { run_id: "३", error: "गलत", error_type: "lost" }, "३"),
  event("run_retry", { run_id: "१" }),
  event("tool_call_delta", { tool_call_id: "२", delta: "५" }),
  event("tool_call_result", { tool_call_id: "२", tool_name: "कुंजी", error: "गलत" }),
  event("tool_call_started", { tool_call_id: "४", tool_name: "कुंजी", args: { "१": 1 } }),
  event("tool_approval_requested", { approval_id: "५", run_id: "१", tool_call_id: "४", tool_name: "कुंजी", args: { "१": 1 } }),
  event("tool_approval_requested", { approval_id: "६", run_id: "१", tool_call_id: "४", tool_name: "कुंजी", agent: "योजना" }),
  event("tool_approval_answered", { approval_id: "६", run_id: "१", approved: false, answered_by: "अ" }),
  event("agent_message_delta", { message_id: "७", delta: "सब" }),
  event("metrics_update", { cpu: 1, memory_used: "२" }),
  event("stream_gap", { from: "1-1", to: "1-2" }),
];
const nodes = traceNodes(traceTree(foldEvents(reduceTrace, initialTrace, events)));

const told = /⟦[^⟦⟧]*(?:⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧/g;

/** What a reader sees or hears that isn't of the language. */
function strange(container: Element): string[] {
  const elements = [...container.querySelectorAll("*")];
  const heard = elements.flatMap((element) => ["aria-label", "title", "placeholder", "alt"].map((name) => element.getAttribute(name) ?? ""));
  return [container.textContent ?? "", ...heard].flatMap((words) => words.replace(told, " ").match(/[A-Za-z]{2,}.*/g) ?? []);
}

describe("the catalogue of texts", () => {
  it.each<[name: string, component: ReactElement, open?: () => void]>([
    ["RunStatus", <RunStatus events={events} />],
    ["RunStatus of a run", <RunStatus events={events} runId="३" />],
    ["RunStatus without a run", <RunStatus events={[]} />],
    ["RunControls", <RunControls events={events} sessionId="७" />],
    ["RunControls without a run", <RunControls events={[]} sessionId="७" />],
    ["RunControls of another run", <RunControls events={events} sessionId="७" runId="३" />],
    ["RunControls of an unknown run", <RunControls events={events} sessionId="७" runId="९९" />],
    ["ApprovalPrompt", <ApprovalPrompt events={events} sessionId="७" />],
    ["ApprovalPrompt without a question", <ApprovalPrompt events={[]} sessionId="७" />],
    ["AgentTimeline", <AgentTimeline events={events} pageSize={4} />],
    ["AgentTimeline without events", <AgentTimeline events={[]} />],
    ["ToolCallInspector", <ToolCallInspector events={events} />, () => fireEvent.click(screen.getAllByRole("option")[0] as HTMLElement)],
    ["ToolCallInspector without calls", <ToolCallInspector events={[]} />],
    ["RunTree", <RunTree events={events} />],
    ["RunTree without events", <RunTree events={[]} />],
    ["Waterfall", <Waterfall events={events} />],
    ...nodes.map((node): [string, ReactElement] => [`TraceDetail of a ${node.kind} ${node.name}`, <TraceDetail node={node} />]),
    ["TraceDetail without a choice", <TraceDetail node={undefined} />],
    ["MetricsPanel", <MetricsPanel events={events} />],
    ["MetricsPanel without measures", <MetricsPanel events={[]} />],
    ["JsonView of a long text", <JsonView label="⟦१⟧" value={long.repeat(20)} />, () => fireEvent.change(screen.getByRole("searchbox"), { target: { value: "Дом" } })],
    ["JsonView of a tree", <JsonView label="⟦१⟧" text={JSON.stringify(Array.from({ length: 300 }, () => long))} />, () => fireEvent.change(screen.getByRole("searchbox"), { target: { value: "नहीं" } })],
    ["MessageView", <MessageView text={"**सब**\n\n![](x)\n\n| १ |\n|---|\n| २ |"} />],
  ])("has all words of %s", (_, component, open) => {
    const { container } = render(<TextsProvider texts={pseudo}>{component}</TextsProvider>);
    open?.();
    expect(container.textContent).toMatch(/⟦/);
    expect(strange(container)).toEqual([]);
  });

  it("can be replaced in part, also within another part, and is there for a page's own", () => {
    const Own = (): ReactNode => <p>{useTexts().detail}</p>;
    const outer = { noRun: "Noch kein Lauf.", detail: "Einzelheiten" };
    const inner = { noRun: "Aucune exécution." };
    const { container } = render(<TextsProvider texts={outer}><RunStatus events={[]} /><TextsProvider texts={inner}><RunStatus events={[]} /><Own /></TextsProvider><ToolCallInspector events={[]} /></TextsProvider>);
    expect(container.textContent).toBe("Noch kein Lauf.Aucune exécution.EinzelheitenNo tool has been called yet.");
  });

  it("loses to a label that is given", () => {
    render(<TextsProvider texts={pseudo}><RunTree events={events} label="Läufe" /></TextsProvider>);
    expect(screen.getByRole("tree", { name: "Läufe" })).toBeDefined();
  });
});
