// @vitest-environment jsdom
import "./support/dom.js";
import { fireEvent, render, screen, within } from "@testing-library/react";
import axe from "axe-core";
import { useState, type ReactNode } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { AgentEvent, TraceNode } from "../src/index.js";
import { RunTree, TraceDetail, Waterfall } from "../src/components/index.js";
import { ticksOf, zoomed } from "../src/components/trace-axis.js";

let second = 0;
const event = (type: string, payload: object, run = "main"): AgentEvent =>
  ({ event_id: `e${++second}`, session_id: "s", run_id: run, timestamp: new Date(1_700_000_000_000 + second * 1000).toISOString(), type, payload }) as unknown as AgentEvent;

const script = (): AgentEvent[] => {
  second = 0;
  return [
    event("run_started", { run_id: "main", agent: "planner" }),
    event("tool_call_started", { tool_call_id: "d", tool_name: "delegate", args: { to: "worker" } }),
    event("run_created", { run_id: "sub", agent: "worker", parent_run_id: "main", parent_tool_call_id: "d" }, "sub"),
    event("run_started", { run_id: "sub" }, "sub"),
    event("tool_call_started", { tool_call_id: "q", tool_name: "sql_query", args: { statement: "select 1" } }, "sub"),
    event("tool_call_result", { tool_call_id: "q", tool_name: "sql_query", error: "permission denied" }, "sub"),
    event("run_completed", { run_id: "sub", usage: { total_tokens: 1200, cost: 0.004 } }, "sub"),
    event("agent_message_delta", { message_id: "m", delta: "That failed." }),
  ];
};

const names = () => screen.getAllByRole("treeitem").map((row) => row.querySelector(".es-trace-title")?.textContent);
const rowOf = (name: string) => screen.getByText(name).closest("[role=treeitem]") as HTMLElement;

describe("RunTree and Waterfall", () => {
  it("show what belongs together, how it came out, and how many failed below", () => {
    render(<Waterfall events={script()} />);
    expect(names()).toEqual(["planner", "delegate", "worker", "sql_query", "assistant"]);
    expect(screen.getAllByRole("treeitem").map((row) => row.getAttribute("aria-level"))).toEqual(["1", "2", "3", "4", "2"]);
    expect(rowOf("sql_query").textContent).toContain("permission denied");
    expect(rowOf("planner").textContent).toContain("1 error");
    expect(rowOf("worker").querySelector<HTMLElement>(".es-bar")?.style.width).toMatch(/^42\.8/);
  });

  it("have no axis in a tree, and render on a server", () => {
    const { container } = render(<RunTree events={script()} />);
    expect(container.querySelector(".es-axis, .es-track")).toBeNull();
    expect(renderToString(<Waterfall events={script()} />)).toContain("sql_query");
    expect(renderToString(<RunTree events={[]} />)).toContain("Nothing has happened yet.");
  });

  it("can be used by keyboard alone", () => {
    render(<RunTree events={script()} />);
    const tree = screen.getByRole("tree");
    const press = (...keys: string[]) => keys.forEach((key) => fireEvent.keyDown(tree, { key }));
    const chosen = () => tree.querySelector("[aria-selected=true] .es-trace-title")?.textContent;
    press("ArrowDown", "ArrowDown");
    expect(chosen()).toBe("delegate");
    expect(document.getElementById(tree.getAttribute("aria-activedescendant") as string)?.textContent).toContain("delegate");
    press("ArrowLeft");
    expect(names()).toEqual(["planner", "delegate", "assistant"]);
    press("ArrowRight", "ArrowRight");
    expect(chosen()).toBe("worker");
    press("End");
    expect(chosen()).toBe("assistant");
    press("ArrowLeft");
    expect(chosen()).toBe("planner");
    press("Enter");
    expect(names()).toEqual(["planner"]);
  });

  it("fold and unfold all, and leave out what isn't wanted", () => {
    const failed = (node: TraceNode) => node.ownErrors > 0;
    const { rerender } = render(<RunTree events={script()} />);
    fireEvent.click(screen.getByRole("button", { name: "Fold all" }));
    expect(names()).toEqual(["planner"]);
    rerender(<RunTree events={script()} isWanted={failed} />);
    expect(names()).toEqual(["planner", "delegate", "worker", "sql_query"]);
  });

  it("show what is chosen elsewhere, also below what is folded", () => {
    const events = script();
    const { rerender } = render(<RunTree events={events} />);
    fireEvent.click(screen.getByRole("button", { name: "Fold all" }));
    rerender(<RunTree events={events} selected="tool t2" />);
    expect(screen.getByRole("treeitem", { selected: true }).textContent).toContain("sql_query");
  });

  it("render some rows of thousands", () => {
    const many = [event("run_started", { run_id: "main" }), ...Array.from({ length: 4000 }, (_, i) => event("tool_call_started", { tool_call_id: `c${i}`, tool_name: `tool ${i}`, args: {} }))];
    render(<Waterfall events={many} />);
    expect(screen.getAllByRole("treeitem").length).toBeLessThan(60);
    fireEvent.keyDown(screen.getByRole("tree"), { key: "End" });
  });

  it("zoom, and show the whole again", () => {
    render(<Waterfall events={script()} />);
    const ticks = () => [...document.querySelectorAll(".es-tick")].map((tick) => tick.textContent);
    const whole = ticks();
    fireEvent.click(rowOf("sql_query"));
    fireEvent.click(screen.getByRole("button", { name: "Chosen" }));
    expect(ticks()).not.toEqual(whole);
    fireEvent.click(screen.getByRole("button", { name: "Whole" }));
    expect(ticks()).toEqual(whole);
  });

  it("show the part of the axis that they are told, and tell each change of it", () => {
    const told: unknown[] = [];
    const begin = 1_700_000_001_000;
    render(<Waterfall events={script()} zoom={{ from: begin, to: begin + 4000 }} onZoom={(part) => told.push(part)} />);
    expect(rowOf("sql_query").querySelector<HTMLElement>(".es-bar")?.style.insetInlineStart).toBe("100%");
    fireEvent.click(screen.getByRole("button", { name: "Zoom in" }));
    fireEvent.click(screen.getByRole("button", { name: "Whole" }));
    expect(told).toEqual([{ from: begin + 1000, to: begin + 3000 }, undefined]);
  });

  it("say where the stream has lost events", () => {
    const events = script();
    const gap = { ...event("stream_gap", { from: "1-1", to: "1-9" }), session_id: "s" } as AgentEvent;
    const later = { ...event("agent_message_delta", { message_id: "m", delta: "So." }), timestamp: new Date(1_700_000_070_000).toISOString() } as AgentEvent;
    render(<Waterfall events={[...events, gap, later]} />);
    expect(screen.getByRole("img").getAttribute("aria-label")).toBe("Events are lost here: 1 min 2 s of which the stream has no record");
  });

  it("are accessible, with their detail", async () => {
    const Both = (): ReactNode => {
      const [node, setNode] = useState<TraceNode>();
      return <main><Waterfall events={script()} selected={node?.key} onSelect={setNode} /><TraceDetail node={node} /></main>;
    };
    const { container } = render(<Both />);
    fireEvent.click(rowOf("sql_query"));
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
    const detail = within(screen.getByRole("region", { name: "Tool call sql_query" }));
    expect(detail.getByRole("tree", { name: "Arguments of sql_query" }).textContent).toContain("select 1");
    expect(detail.getByRole("region", { name: "Error of sql_query" }).textContent).toBe("permission denied");
    expect(detail.getByTitle(/^2023-11-14 22:1\d:\d\d\.\d{3} UTC$/)).toBeTruthy();
    fireEvent.click(rowOf("planner"));
    expect(screen.getByRole("region", { name: "Run planner" }).textContent).toMatch(/Tokens1,200.*Cost0.004.*Failed below1/);
  });
});

describe("the axis", () => {
  it.each([
    [0, 4, ["0", "1 ms", "2 ms", "3 ms"]],
    [0, 4300, ["0", "1.0 s", "2.0 s", "3.0 s", "4.0 s"]],
    [0, 60_000, ["0", "10.0 s", "20.0 s", "30.0 s", "40.0 s", "50.0 s"]],
    [0, 3_600_000, ["0", "10 min 0 s", "20 min 0 s", "30 min 0 s", "40 min 0 s", "50 min 0 s"]],
    [0, 20 * 86_400_000, ["0", "96 h 0 min", "192 h 0 min", "288 h 0 min", "384 h 0 min"]],
  ])("has round times from %d to %d ms", (from, to, texts) => {
    expect(ticksOf({ range: { from: 1e12 + from, to: 1e12 + to }, cuts: [] }, 1e12).map(({ text }) => text)).toEqual(texts);
  });

  it("never shows more than the whole, or nothing", () => {
    const whole = { from: 0, to: 100 };
    expect(zoomed(whole, { from: 40, to: 60 }, 0.5)).toEqual({ from: 45, to: 55 });
    expect(zoomed(whole, { from: 0, to: 60 }, 10)).toEqual(whole);
    expect(zoomed(whole, { from: 99, to: 100 }, 0.1)).toEqual({ from: 99, to: 100 });
  });
});
