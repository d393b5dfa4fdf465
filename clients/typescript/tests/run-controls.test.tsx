// @vitest-environment jsdom
import "./support/dom.js";
import { fireEvent, render, screen, within } from "@testing-library/react";
import axe from "axe-core";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it, vi } from "vitest";
import type { AgentEvent } from "../src/index.js";
import { ApprovalPrompt, RunControls, RunStatus } from "../src/components/index.js";
import { EventStreamProvider } from "../src/react/index.js";
import { eventually } from "./support/eventually.js";

let serial = 0;
const event = (type: string, payload: object): AgentEvent =>
  ({ event_id: `e${++serial}`, session_id: "s", timestamp: new Date(1_700_000_000_000 + serial * 1000).toISOString(), type, payload }) as unknown as AgentEvent;
const started = (id = "r1") => [event("run_requested", { run_id: id, agent: "planner" }), event("run_started", { run_id: id })];
const question = (id = "a1", run_id = "r1") => event("tool_approval_requested", { approval_id: id, run_id, tool_call_id: "t1", tool_name: "rm", args: { path: "/tmp/x" }, reason: "It deletes.", agent: "planner" });
const answer = (approved: boolean, answered_by: string, id = "a1") => event("tool_approval_answered", { approval_id: id, run_id: "r1", approved, answered_by });

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const receipt = () => json({ event_id: "e", id: "7-1", outcome: "stored" });

/** A server that gives the listed answers in turn, and then the last one. */
function server(...answers: readonly (() => Response | Promise<Response>)[]) {
  const asked: { path: string; body: { readonly [member: string]: unknown } }[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    asked.push({ path: new URL(String(url)).pathname, body: JSON.parse(String(init?.body)) as object as { readonly [member: string]: unknown } });
    return (answers[Math.min(asked.length, answers.length) - 1] as () => Response)();
  };
  return { asked, options: { baseUrl: "http://host", fetch: fetch as typeof globalThis.fetch } };
}

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>("button", { name });
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });

describe("RunControls", () => {
  it("asks an agent, under the same run id until the server has answered", async () => {
    const { asked, options } = server(() => json({ title: "Access denied." }, 403), () => json({ run_id: "r1", agent: "planner", listeners: 1 }, 201));
    render(<StrictMode><RunControls events={[]} sessionId="s" options={options} requestedBy="ada" /></StrictMode>);
    fireEvent.click(button("Run"));
    expect((await screen.findByRole("alert")).textContent).toBe("Give the name of an agent.");
    expect(asked).toEqual([]);

    type("Agent", " planner ");
    type("What shall it do?", "Look.");
    fireEvent.click(button("Run"));
    await eventually(() => expect(screen.getByRole("alert").textContent).toBe("Access denied."));
    fireEvent.click(button("Run"));
    await eventually(() => expect(screen.getByLabelText<HTMLTextAreaElement>("What shall it do?").value).toBe(""));
    expect(screen.queryByRole("alert")).toBeNull();
    type("What shall it do?", "Look.");
    fireEvent.click(button("Run"));
    await eventually(() => expect(asked).toHaveLength(3));
    expect(asked[0]).toEqual({ path: "/sessions/s/runs", body: { agent: "planner", input: "Look.", run_id: expect.stringMatching(/^run-/), requested_by: "ada" } });
    expect(asked[1]?.body.run_id).toBe(asked[0]?.body.run_id);
    expect(asked[2]?.body.run_id).not.toBe(asked[0]?.body.run_id);
  });

  it("asks the agent of the page, with an input of the page's making, over what the provider says", async () => {
    const { asked, options } = server(() => json({ run_id: "r1", agent: "planner", listeners: 1 }, 201));
    const toInput = vi.fn((text: string) => ({ question: text })).mockImplementationOnce(() => { throw new Error("Ask a question."); });
    render(<EventStreamProvider {...options}><RunControls events={started("done").concat(event("run_completed", { run_id: "done" }))} sessionId="s" agent="planner" toInput={toInput} /></EventStreamProvider>);
    expect(screen.queryByLabelText("Agent")).toBeNull();
    type("What shall it do?", "why?");
    fireEvent.click(button("Run"));
    expect((await screen.findByRole("alert")).textContent).toBe("Ask a question.");
    fireEvent.click(button("Run"));
    await eventually(() => expect(asked).toMatchObject([{ body: { agent: "planner", input: { question: "why?" } } }]));
  });

  it("steers and stops the newest run that goes on", async () => {
    const { asked, options } = server(() => json({ title: "Run 'r1' has ended." }, 409), receipt);
    const events = started();
    const { rerender } = render(<RunControls events={events} sessionId="s" options={options} />);
    expect(screen.queryByLabelText("Agent")).toBeNull();
    expect(button("Send").disabled).toBe(true);
    type("Tell planner what to mind", "The logs first.");
    fireEvent.click(button("Send"));
    expect((await screen.findByRole("alert")).textContent).toBe("Run 'r1' has ended.");
    fireEvent.click(button("Send"));
    await eventually(() => expect(screen.getByLabelText<HTMLInputElement>("Tell planner what to mind").value).toBe(""));

    fireEvent.click(button("Stop planner"));
    fireEvent.click(button("Stop planner"));
    await eventually(() => expect(button("Stopping planner").disabled).toBe(true));
    expect(asked).toEqual([
      { path: "/sessions/s/runs/r1/steer", body: { message: "The logs first.", agent: "planner" } },
      { path: "/sessions/s/runs/r1/steer", body: { message: "The logs first.", agent: "planner" } },
      { path: "/sessions/s/runs/r1/interrupt", body: { agent: "planner" } },
    ]);
    rerender(<RunControls events={[...events, event("run_cancelled", { run_id: "r1" })]} sessionId="s" options={options} />);
    expect(screen.getByLabelText("Agent")).toBeDefined();
  });

  it("knows a run that somebody else has asked to stop, and one that has ended", () => {
    const events = [...started(), event("run_interrupt_requested", { run_id: "r1" }), ...started("r2"), event("run_failed", { run_id: "r2", error: "x" })];
    const { rerender } = render(<RunControls events={events} sessionId="s" runId="r1" />);
    expect(button("Stopping planner").disabled).toBe(true);
    rerender(<RunControls events={events} sessionId="s" runId="r2" />);
    expect(screen.getByRole("region", { name: "Run" }).textContent).toBe("This run has ended.");
    rerender(<RunControls events={events} sessionId="s" runId="r3" />);
    expect(screen.getByRole("region", { name: "Run" }).textContent).toBe("This run isn't known yet.");
    rerender(<RunControls events={events} sessionId="other" />);
    expect(button("Run")).toBeDefined();
  });

  it("says what a mistake of the page is", async () => {
    render(<RunControls events={started()} sessionId="s" options={{ baseUrl: "localhost:8000" }} />);
    fireEvent.click(button("Stop planner"));
    expect((await screen.findByRole("alert")).textContent).toContain("baseUrl is 'localhost:8000', which is no address");
  });
});

describe("RunStatus", () => {
  const said = (...events: AgentEvent[]) => {
    const { container, unmount } = render(<RunStatus events={events} />);
    const text = container.textContent;
    unmount();
    return text;
  };

  it("says in plain words what a run waits for, and what became of it", () => {
    const [asked, begun] = started() as [AgentEvent, AgentEvent];
    const stop = event("run_interrupt_requested", { run_id: "r1" });
    expect(said(asked)).toBe("RequestedplannerWaits for a worker");
    expect(said(asked, stop)).toBe("RequestedplannerAsked to stop before a worker took it");
    expect(said(asked, begun, stop)).toBe("InterruptingplannerAsked to stop");
    expect(said(asked, begun, event("run_failed", { run_id: "r1", error: "x", error_type: "lost" }))).toContain("LostplannerIts worker gave no sign of life in time: it died, or lost the network.");
    expect(said(asked, event("run_failed", { run_id: "r1", error: "x", error_type: "unclaimed" }))).toContain("UnclaimedplannerNo worker of the agent took it in time.");
  });
});

describe("ApprovalPrompt", () => {
  const groups = () => screen.queryAllByRole("group", { name: /call/ });
  const group = () => screen.getByRole("group", { name: /call/ });

  it("shows what is asked, sends one answer with its reason, and tells who answered", async () => {
    let respond: (response: Response) => void = () => {};
    const { asked, options } = server(() => new Promise<Response>((resolve) => (respond = resolve)));
    const events = [...started(), question()];
    const { rerender } = render(<StrictMode><ApprovalPrompt events={events} sessionId="s" options={options} answeredBy="ada" /></StrictMode>);
    expect(group().textContent).toContain("Pending planner asks to call rmIt deletes.Path /tmp/x");
    expect(screen.getByRole("status").textContent).toBe("1 question waits for an answer.");
    type("Reason for your answer", " It is mine. ");
    button("Approve").focus();
    fireEvent.click(button("Approve"));
    fireEvent.click(button("Refuse"));
    await eventually(() => expect(button("Approve").disabled && button("Refuse").disabled && screen.getByLabelText<HTMLInputElement>("Reason for your answer").disabled).toBe(true));
    await eventually(() => expect(asked).toEqual([{ path: "/sessions/s/runs/r1/approvals/a1", body: { approved: true, reason: "It is mine.", answered_by: "ada", agent: "planner" } }]));
    respond(receipt());
    await new Promise(setImmediate);
    // Until the stream tells the answer, a second one isn't offered.
    expect(button("Approve").disabled).toBe(true);

    rerender(<StrictMode><ApprovalPrompt events={[...events, answer(true, "ada")]} sessionId="s" options={options} answeredBy="ada" /></StrictMode>);
    expect(group().textContent).toContain("Approved by ada.");
    expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
    expect(document.activeElement?.textContent).toBe("Approved by ada.");
    expect(screen.getByRole("status").textContent).toBe("");
  });

  it("tells the second of two that the first answer counts, also when the run ends meanwhile", async () => {
    const { options } = server(() => json({ title: "'a1' was approved already, by ada; the first answer counts." }, 409));
    const events = [...started(), question()];
    const { rerender } = render(<ApprovalPrompt events={events} sessionId="s" options={options} />);
    fireEvent.click(button("Refuse"));
    expect((await screen.findByRole("alert")).textContent).toBe("'a1' was approved already, by ada; the first answer counts.");
    expect(button("Refuse").disabled).toBe(false);
    rerender(<ApprovalPrompt events={[...events, answer(true, "ada"), event("run_completed", { run_id: "r1" })]} sessionId="s" options={options} />);
    expect(group().textContent).toContain("Approved by ada.");
    expect(screen.getByRole("alert")).toBeDefined();
    fireEvent.click(button("Dismiss"));
    expect(screen.getByRole("region").textContent).toBe("No agent waits for an answer.");
  });

  it("tells so too when the answer of the other and the end of the run come first", async () => {
    let respond: (response: Response) => void = () => {};
    const { asked, options } = server(() => new Promise<Response>((resolve) => (respond = resolve)));
    const events = [...started(), question()];
    const { rerender } = render(<ApprovalPrompt events={events} sessionId="s" options={options} />);
    fireEvent.click(button("Refuse"));
    await eventually(() => expect(asked).toHaveLength(1));
    rerender(<ApprovalPrompt events={[...events, answer(true, "ada"), event("run_completed", { run_id: "r1" })]} sessionId="s" options={options} />);
    expect(group().textContent).toContain("Approved by ada.");
    respond(json({ title: "Run 'r1' has ended." }, 409));
    expect((await screen.findByRole("alert")).textContent).toBe("Run 'r1' has ended.");
    fireEvent.click(button("Dismiss"));
    expect(groups()).toEqual([]);
  });

  it("can be tried again after a failure", async () => {
    const { asked, options } = server(() => json({ title: "The log is away." }, 503), receipt);
    render(<ApprovalPrompt events={[...started(), question()]} sessionId="s" options={options} />);
    fireEvent.click(button("Approve"));
    expect((await screen.findByRole("alert")).textContent).toBe("The log is away.");
    fireEvent.click(button("Approve"));
    await eventually(() => expect(screen.queryByRole("alert")).toBeNull());
    expect(asked).toHaveLength(2);
  });

  it("drops what nobody can answer, and keeps answers while their run goes on", () => {
    const events = [...started(), question("a1"), question("a2"), answer(false, "bob", "a1")];
    const { rerender } = render(<ApprovalPrompt events={events} sessionId="s" />);
    expect(groups()).toHaveLength(2);
    expect(screen.getByText("Refused by bob.")).toBeDefined();
    rerender(<ApprovalPrompt events={events} sessionId="s" answered={0} />);
    expect(groups()).toHaveLength(1);
    rerender(<ApprovalPrompt events={events} sessionId="s" runId="r2" />);
    expect(groups()).toEqual([]);
    rerender(<ApprovalPrompt events={[...events, event("run_failed", { run_id: "r1", error: "x", error_type: "lost" })]} sessionId="s" />);
    expect(groups()).toEqual([]);
  });

  it("has no buttons in a recording, and is the same from a server", () => {
    const events = [...started(), question(), answer(true, "ada"), question("a2")];
    render(<ApprovalPrompt events={events} sessionId="s" readOnly />);
    expect(screen.queryByRole("button", { name: "Approve" })).toBeNull();
    expect(screen.getByText("Approved by ada.")).toBeDefined();
    expect(renderToString(<ApprovalPrompt events={events} sessionId="s" readOnly />)).toContain("asks to call");
  });

  it("shows a question that leaves out what it should say", () => {
    const bare = { ...event("tool_approval_requested", { approval_id: "a1" }), run_id: "r1" } as AgentEvent;
    render(<ApprovalPrompt events={[bare]} sessionId="s" />);
    expect(group().textContent).toContain("An agent asks to call a tool");
    expect(within(group()).getAllByRole("button")).toHaveLength(2);
  });
});

it("the controls have nothing that axe finds wrong", async () => {
  const { options } = server(() => json({ title: "No." }, 403));
  const events = [...started(), question(), question("a2"), answer(true, "ada", "a2")];
  const { container } = render(
    <main>
      <RunControls events={[]} sessionId="s" label="Ask" options={options} /> <RunControls events={events} sessionId="s" options={options} /> <ApprovalPrompt events={events} sessionId="s" options={options} />
    </main>,
  );
  fireEvent.click(button("Approve"));
  await screen.findByRole("alert");
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
});
