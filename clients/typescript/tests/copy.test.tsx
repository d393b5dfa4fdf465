// @vitest-environment jsdom
import "./support/dom.js";
import { fireEvent, render, screen } from "@testing-library/react";
import { useState, type ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CopyButton } from "../inspector/src/copy.js";
import { Frames } from "../inspector/src/frames.js";
import { parseEvent, type AgentEvent } from "../src/index.js";
import { AgentTimeline, MetricsPanel, RunStatus, ToolCallInspector } from "../src/components/index.js";
import { eventually } from "./support/eventually.js";

const said = () => screen.getByRole("status").textContent;

/** Stands in for what a browser's page may use to copy. */
function browser(clipboard: object | undefined, copy?: () => boolean): string[] {
  const copied: string[] = [];
  Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
  document.execCommand = (command) => {
    expect(command).toBe("copy");
    const { activeElement } = document;
    copied.push((activeElement as HTMLTextAreaElement).value);
    return copy?.() ?? true;
  };
  return copied;
}

afterEach(() => {
  Reflect.deleteProperty(navigator, "clipboard");
  Reflect.deleteProperty(document, "execCommand");
});

describe("Copy", () => {
  const show = () => {
    render(<CopyButton text={() => "a 😀\nb"} />);
    const button = screen.getByText("Copy");
    button.focus();
    fireEvent.click(button);
    return button;
  };

  it("takes the clipboard where there is one", async () => {
    const writeText = vi.fn(async () => {});
    const copied = browser({ writeText });
    show();
    await eventually(() => expect(said()).toBe("Copied."));
    expect(writeText).toHaveBeenCalledExactlyOnceWith("a 😀\nb");
    expect(copied).toEqual([]);
  });

  it.each([
    ["there is none, as over http", undefined],
    ["it is forbidden", { writeText: () => Promise.reject(new Error("not allowed")) }],
  ])("copies a selection when %s", async (_, clipboard) => {
    const copied = browser(clipboard);
    const button = show();
    await eventually(() => expect(said()).toBe("Copied."));
    expect(copied).toEqual(["a 😀\nb"]);
    expect(document.querySelector("textarea")).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  it.each([
    ["refuses", () => false],
    ["fails", () => { throw new Error("no"); }],
  ])("says so when the browser %s", async (_, copy) => {
    browser(undefined, copy);
    show();
    await eventually(() => expect(said()).toBe("The browser doesn't let this page copy: select the text and copy it yourself."));
    expect(document.querySelector("textarea")).toBeNull();
  });
});

function ChosenFrames({ events }: { readonly events: readonly AgentEvent[] }): ReactNode {
  const [wanted, choose] = useState<string>();
  return <Frames events={events} wanted={wanted} choose={choose} isLocalTime={false} />;
}

describe("numbers are shown and copied as they came", () => {
  vi.stubGlobal("ResizeObserver", class { observe() {} disconnect() {} });
  let offset = 0;
  const event = (type: string, payload: string) => parseEvent(`{"event_id":"e${++offset}","session_id":"s","timestamp":"2026-11-21T10:00:00.000Z","type":"${type}","payload":${payload},"run_id":"r1"}`, `7-${offset}`) as AgentEvent;
  const events = [
    event("tool_call_started", '{"tool_call_id":"t","tool_name":"price","args":{"id":9007199254740993}}'),
    event("tool_call_result", '{"tool_call_id":"t","tool_name":"price","result":1.10}'),
    event("metrics_update", '{"cpu":0.001,"memory_used":1.10,"disk_free":"50GB","containers_running":12345678,"extra":{"big":9007199254740993}}'),
    event("run_completed", '{"run_id":"r1","output":2.50}'),
  ];

  it("by frames", async () => {
    const copied = browser(undefined);
    render(<ChosenFrames events={events} />);
    expect(screen.getAllByRole("option").map((line) => line.textContent)).toEqual(expect.arrayContaining([expect.stringContaining('"result":1.10'), expect.stringContaining("9007199254740993")]));
    fireEvent.click(screen.getAllByRole("option")[1] as HTMLElement);
    expect(screen.getByRole("tree", { name: "Frame 7-2" }).textContent).toContain("result: 1.10");
    fireEvent.click(screen.getByText("Copy"));
    await eventually(() => expect(copied).toEqual([expect.stringContaining('"payload":{"tool_call_id":"t","tool_name":"price","result":1.10}')]));
  });

  it("by components", () => {
    render(<><AgentTimeline events={events} /><ToolCallInspector events={events} /><MetricsPanel events={events} /><RunStatus events={events} /></>);
    expect(screen.getByRole("log").textContent).toContain("price Succeeded 0 ms 1.10");
    expect(screen.getByRole("log").textContent).toContain("Cpu 0.001, Memory used 1.10, Disk free 50GB, Containers running 12345678");
    expect(screen.getByRole("region", { name: "Result of price" }).textContent).toBe("1.10");
    expect(screen.getByRole("tree", { name: "Arguments of price" }).textContent).toBe("id: 9007199254740993");
    for (const [name, value] of [["Cpu", "0.001"], ["Memory used", "1.10"], ["Containers running", "12345678"], ["Big", "9007199254740993"]] as const) {
      expect(screen.getByRole("group", { name }).textContent).toBe(`${name}${value}`);
    }
    expect(document.querySelector(".es-run")?.textContent).toContain("2.50");
  });

  it("and a long value whole, when asked", () => {
    render(<ChosenFrames events={[event("note", JSON.stringify({ text: `${"x".repeat(30_000)}end` }))]} />);
    fireEvent.click(screen.getByRole("option"));
    const tree = screen.getByRole("tree", { name: /^Frame/ });
    expect((tree.textContent ?? "").length).toBeLessThan(1000);
    fireEvent.click(screen.getByText("Show all 30003 characters"));
    expect(tree.textContent).toContain("xend");
    expect(screen.queryByText(/^Show all/)).toBeNull();
  });

  it("and a text without the half of a character that hasn't come yet", () => {
    const half = event("agent_message_delta", '{"message_id":"m","delta":"done \\ud83d"}');
    const { container, rerender } = render(<AgentTimeline events={[half]} />);
    const text = () => container.querySelector(".es-text")?.textContent;
    expect(text()).toBe("done ");
    rerender(<AgentTimeline events={[half, event("agent_message_delta", '{"message_id":"m","delta":"\\ude00"}')]} />);
    expect(text()).toBe("done 😀");
  });
});
