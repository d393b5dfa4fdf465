// @vitest-environment jsdom
import "./support/dom.js";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fireEvent, render, screen, within } from "@testing-library/react";
import axe from "axe-core";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { AgentEvent } from "../src/index.js";
import { AgentTimeline, MetricsPanel, RunStatus, ToolCallInspector } from "../src/components/index.js";
import type { TimelineSubject } from "../src/components/agent-timeline.js";

let serial = 0;
const event = (type: string, payload: object, more: object = {}): AgentEvent =>
  ({ event_id: `e${++serial}`, session_id: "s", run_id: "r1", timestamp: `2026-11-21T10:00:${String(serial % 60).padStart(2, "0")}.000Z`, type, payload, ...more }) as unknown as AgentEvent;

const script = (): AgentEvent[] => {
  serial = 0;
  return [
    event("run_started", { run_id: "r1" }),
    event("agent_thought", { content: "Look first.", agent: "monitor" }),
    event("tool_call_started", { tool_call_id: "t1", tool_name: "docker_list", args: { all: true }, agent: "monitor" }),
    event("tool_call_result", { tool_call_id: "t1", tool_name: "docker_list", result: ["db"] }),
    event("tool_call_started", { tool_call_id: "t2", tool_name: "read_disk", args: {}, agent: "monitor" }),
    event("tool_call_result", { tool_call_id: "t2", tool_name: "read_disk", error: "no such disk" }),
    event("agent_message_delta", { message_id: "m1", delta: "Three ", agent: "monitor" }),
    event("agent_message_delta", { message_id: "m1", delta: "containers." }),
    event("metrics_update", { cpu: 45.2, memory_used: "2.1GB", disk_free: "50GB", containers_running: 3 }),
    event("metrics_update", { cpu: 47, memory_used: "2.2GB", disk_free: "50GB", containers_running: 3 }),
    event("stream_gap", { from: "1-2", to: "1-5" }),
    event("deployment_note", { text: "any type of your own" }),
    event("tool_call_started", { tool_call_id: 5, tool_name: null }),
  ];
};

// By role it takes seconds for hundreds.
const rows = () => [...screen.getByRole("log").querySelectorAll("ol > li")].map((row) => row.textContent);

describe("AgentTimeline", () => {
  it("tells what happened without raw JSON", () => {
    render(<StrictMode><AgentTimeline events={script()} /></StrictMode>);
    expect(rows()).toEqual([
      "10:00:01Run started ",
      "10:00:02Thought monitorLook first.",
      "10:00:03monitor docker_list Succeeded 1.0 s db",
      "10:00:05monitor read_disk Failed 1.0 s no such disk",
      "10:00:07Message monitorThree containers.",
      "10:00:10Metrics update ×2 Cpu 47, Memory used 2.2GB, Disk free 50GB, Containers running 3",
      "10:00:11Events are missing here: the log no longer has them ",
      "10:00:12Deployment note any type of your own",
      "10:00:13Tool call started ",
    ]);
  });

  it("opens a row to what is inside, also when the payload has a wrong shape", async () => {
    render(<AgentTimeline events={script()} />);
    expect(screen.queryByRole("region")).toBeNull();
    const open = async (name: string) => {
      const details = screen.getByText(name).closest("details") as HTMLDetailsElement;
      details.open = true;
      fireEvent(details, new Event("toggle"));
    };
    await open("docker_list");
    expect((await screen.findByRole("tree", { name: "Arguments of docker_list" })).textContent).toBe("all: true");
    expect(screen.getByRole("tree", { name: "Result of docker_list" }).textContent).toContain("db");
    await open("Tool call started");
    expect((await screen.findByRole("tree", { name: "Tool call started" })).textContent).toContain("tool_call_id: 5");
  });

  it("goes from row to row by arrow keys", () => {
    render(<AgentTimeline events={script()} />);
    const [first, second] = [...document.querySelectorAll("summary")] as [HTMLElement, HTMLElement];
    first.focus();
    fireEvent.keyDown(first, { key: "ArrowDown" });
    expect(document.activeElement).toBe(second);
    fireEvent.keyDown(second, { key: "ArrowUp" });
    expect(document.activeElement).toBe(first);
  });

  it("draws no more rows than a page of them, and earlier ones when asked", () => {
    const many = Array.from({ length: 5000 }, (_, n) => event("note", { name: `note ${n}` }));
    render(<AgentTimeline events={many} />);
    expect(rows()).toHaveLength(200);
    expect(rows().at(-1)).toContain("note 4999");
    fireEvent.click(screen.getByText("Show earlier (4800)"));
    expect(rows()).toHaveLength(400);
  });

  it("takes earlier rows away by half pages", () => {
    const many = Array.from({ length: 60 }, (_, n) => event("note", { name: `note ${n}` }));
    const { rerender } = render(<AgentTimeline events={many.slice(0, 20)} pageSize={10} />);
    const counts: number[] = [];
    for (let n = 20; n < 26; n++) {
      rerender(<AgentTimeline events={many.slice(0, n)} pageSize={10} />);
      counts.push(rows().length);
    }
    expect(counts).toEqual([10, 11, 12, 13, 14, 10]);
  });

  it("draws only what has changed", () => {
    const events = script();
    const { rerender } = render(<AgentTimeline events={events} />);
    const before = [...document.querySelectorAll(".es-row")];
    const text = document.querySelector(".es-text.es-streaming");
    rerender(<AgentTimeline events={[...events, event("agent_message_delta", { message_id: "m1", delta: " More." })]} />);
    expect([...document.querySelectorAll(".es-row")]).toEqual(before);
    expect(text?.textContent).toBe("Three containers. More.");
  });

  it("has buttons of a page's own for each row", () => {
    const asked: TimelineSubject[] = [];
    const actions = (subject: TimelineSubject) => (subject.kind === "event" ? null : <button type="button" onClick={() => asked.push(subject)}>Show {subject.kind}</button>);
    const { container } = render(<AgentTimeline events={script()} renderActions={actions} />);
    fireEvent.click(screen.getAllByText("Show tool_call")[0] as HTMLElement);
    fireEvent.click(screen.getAllByText("Show message")[0] as HTMLElement);
    expect(asked.map(({ kind, of }) => [kind, "id" in of])).toEqual([["tool_call", true], ["message", true]]);
    expect(container.querySelector(".es-row-event .es-row-actions")).toBeNull();
  });

  it("is the same from a server", () => {
    const html = renderToString(<AgentTimeline events={script()} />);
    const { container } = render(<div dangerouslySetInnerHTML={{ __html: html }} />);
    expect(container.querySelectorAll(".es-row")).toHaveLength(9);
  });
});

describe("ToolCallInspector", () => {
  it("shows the newest call, and any other by keyboard or click", () => {
    render(<ToolCallInspector events={script()} />);
    const list = screen.getByRole("listbox", { name: "Tool calls" });
    const chosen = () => screen.getByRole("option", { selected: true });
    expect(chosen().textContent).toContain("read_disk");
    expect(list.getAttribute("aria-activedescendant")).toBe(chosen().id);
    expect(screen.getByRole("region", { name: "Tool call read_disk" }).textContent).toContain("no such disk");

    fireEvent.keyDown(list, { key: "ArrowUp" });
    expect(chosen().textContent).toContain("docker_list");
    expect(screen.getByRole("tree", { name: "Result of docker_list" }).textContent).toContain("db");
    fireEvent.keyDown(list, { key: "ArrowUp" });
    expect(chosen().textContent).toContain("docker_list");
    fireEvent.keyDown(list, { key: "ArrowDown" });
    expect(chosen().textContent).toContain("read_disk");
    fireEvent.keyDown(list, { key: "Home" });
    expect(chosen().textContent).toContain("docker_list");
    fireEvent.click(screen.getAllByRole("option")[1] as HTMLElement);
    expect(chosen().textContent).toContain("read_disk");
  });

  it("shows the result before the progress, and says that times are UTC unless they are local", () => {
    const call = [event("tool_call_started", { tool_call_id: "t", tool_name: "read", args: {} }), event("tool_call_delta", { tool_call_id: "t", delta: "50 %" }), event("tool_call_result", { tool_call_id: "t", tool_name: "read", result: 5 })];
    const { rerender } = render(<ToolCallInspector events={call} />);
    const region = () => screen.getByRole("region", { name: "Tool call read" });
    expect([...region().querySelectorAll("h4")].map((label) => label.textContent)).toEqual(["Arguments", "Result", "Progress"]);
    expect(region().textContent).toMatch(/10:00:\d\d UTC/);
    rerender(<ToolCallInspector events={call} localTime />);
    expect(region().textContent).not.toContain("UTC");
  });

  it("says so when there is none", () => {
    render(<ToolCallInspector events={[]} />);
    expect(screen.getByRole("region", { name: "Tool calls" }).textContent).toBe("No tool has been called yet.");
  });
});

describe("RunStatus", () => {
  it("says how the newest run stands", () => {
    const events = script();
    const { rerender } = render(<RunStatus events={events} />);
    expect(screen.getByRole("status").textContent).toContain("Runningmonitor");
    const failed = [...events, event("run_failed", { run_id: "r1", error: "out of money" })];
    rerender(<RunStatus events={failed} />);
    expect(screen.getByRole("status").textContent).toContain("Failedmonitorout of money");
    rerender(<RunStatus events={[...failed, event("run_started", { run_id: "r2" }, { run_id: "r2" })]} />);
    expect(screen.getByRole("status").textContent).toContain("1 earlier run");
    rerender(<RunStatus events={[...failed, event("run_completed", { run_id: "r4", output: { disks: 3, full: ["sda"] }, stop_reason: "end_turn" })]} runId="r1" />);
    expect(screen.getByRole("status").textContent).toContain("Completedmonitor");
    expect(screen.getByRole("status").textContent).toContain("Disks 3, Full sda");
    rerender(<RunStatus events={[event("run_completed", { run_id: "r1", stop_reason: "end_turn" })]} />);
    expect(screen.getByRole("status").textContent).toContain("End turn");
    rerender(<RunStatus events={failed} runId="r3" />);
    expect(screen.getByRole("status").textContent).toBe("No run yet.");
  });
});

describe("MetricsPanel", () => {
  it("shows the newest value, and how it came there", () => {
    render(<MetricsPanel events={script()} />);
    const cpu = screen.getByRole("group", { name: "Cpu" });
    expect(cpu.textContent).toContain("47");
    expect(within(cpu).getByRole("img").getAttribute("aria-label")).toBe("The last 2 values, 45.2 to 47");
    expect(screen.getByRole("group", { name: "Memory used" }).textContent).toContain("2.2GB");
  });
});

describe("all components", () => {
  it("have nothing that axe finds wrong", async () => {
    const events = script();
    const { container } = render(
      <main>
        <RunStatus events={events} /> <AgentTimeline events={events} /> <ToolCallInspector events={events} /> <MetricsPanel events={events} />
      </main>,
    );
    // jsdom has no layout: contrast is tested by the colours themselves.
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
  });

  it("have colours of enough contrast, light and dark", () => {
    const css = readFileSync(join(import.meta.dirname, "../src/styles.css"), "utf8");
    const colours = new Map([...css.matchAll(/--es-(\w+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [name, [light, dark]] as const));
    for (const scheme of [0, 1]) {
      for (const ground of ["background", "surface"]) {
        for (const name of ["text", "muted", "accent", "good", "bad", "warn", "busy"]) {
          expect(contrast(colours.get(name)?.[scheme], colours.get(ground)?.[scheme]), `${name} on ${ground} of ${["light", "dark"][scheme]}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });
});

/** By WCAG 2. */
function contrast(a = "", b = ""): number {
  const luminance = (colour: string) =>
    [1, 3, 5]
      .map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i]!, 0);
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}
