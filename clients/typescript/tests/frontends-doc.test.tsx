// @vitest-environment jsdom
import "./support/dom.js";
import { fireEvent, render, screen } from "@testing-library/react";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ComponentType } from "react";
import { expect, it, onTestFinished, vi } from "vitest";
import { eventually } from "./support/eventually.js";
import { newSession, publish, serverUrl } from "./support/server.js";

/** A component of docs/frontends.md, as a page has it. */
async function componentOf<P>(name: string): Promise<ComponentType<P>> {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/frontends.md"), "utf8");
  const code = [...text.matchAll(/```tsx\n(.*?)```/gs)].map(([, each = ""]) => each).find((each) => each.includes(`function ${name}(`)) ?? "";
  expect(code).toContain('"@eventstream/client/react"');
  const file = join(import.meta.dirname, `from-docs-${name}-${process.pid}.tsx`);
  onTestFinished(() => rmSync(file));
  writeFileSync(file, code.replace(/@eventstream\/client\/(react|components)/g, "../src/$1/index.js"));
  return ((await import(/* @vite-ignore */ file)) as { [name: string]: ComponentType<P> })[name] as ComponentType<P>;
}

it("the hook in docs/frontends.md shows what happens, and calls its handler", async () => {
  const Session = await componentOf<{ sessionId: string; baseUrl: string }>("Session");

  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const sessionId = newSession();
  await publish(serverUrl(), sessionId, { type: "tool_call_started", payload: { tool_call_id: "t1", tool_name: "ls", args: {} } });
  render(<Session sessionId={sessionId} baseUrl={serverUrl()} />);
  await eventually(() => screen.getByText("tool_call_started"));
  await publish(serverUrl(), sessionId, { type: "tool_call_result", payload: { tool_call_id: "t1", tool_name: "ls", result: [], error: null } });
  await eventually(() => screen.getByText("tool_call_result"));
  await eventually(() => expect(log).toHaveBeenCalledWith("ls", "ok"));
});

it("the conversation in docs/frontends.md asks an agent, and answers it", async () => {
  const Conversation = await componentOf<{ sessionId: string; baseUrl: string }>("Conversation");
  const sessionId = newSession();
  render(<Conversation sessionId={sessionId} baseUrl={serverUrl()} />);
  fireEvent.change(screen.getByLabelText("What shall it do?"), { target: { value: "Is it up?" } });
  fireEvent.click(screen.getByRole("button", { name: "Run" }));
  await eventually(() => expect(screen.getByRole("log").textContent).toContain("planner: Question Is it up?"));
  const { events } = (await (await fetch(`${serverUrl()}/events/${sessionId}/history`)).json()) as { events: { run_id: string }[] };
  const run_id = events[0]?.run_id;
  await publish(serverUrl(), sessionId, { type: "run_started", payload: { run_id } }, { type: "tool_approval_requested", payload: { approval_id: "a1", run_id, tool_call_id: "t1", tool_name: "restart", args: {} } });
  fireEvent.click(await screen.findByRole("button", { name: "Approve" }));
  await eventually(() => screen.getByText("Approved."));
  fireEvent.click(screen.getByRole("button", { name: "Stop planner" }));
  await eventually(() => expect(screen.getByRole("log").textContent).toContain("Run interrupt requested"));
});
