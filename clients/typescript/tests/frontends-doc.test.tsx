// @vitest-environment jsdom
import "./support/dom.js";
import { render, screen } from "@testing-library/react";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ComponentType } from "react";
import { expect, it, onTestFinished, vi } from "vitest";
import { eventually } from "./support/eventually.js";
import { newSession, publish, serverUrl } from "./support/server.js";

it("the hook in docs/frontends.md shows what happens, and calls its handler", async () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/frontends.md"), "utf8");
  const code = /```tsx\n(.*?)```/s.exec(text)?.[1] ?? "";
  expect(code).toContain('"@eventstream/client/react"');
  const file = join(import.meta.dirname, `from-docs-${process.pid}.tsx`);
  onTestFinished(() => rmSync(file));
  writeFileSync(file, code.replace("@eventstream/client/react", "../src/react/index.js"));
  const { Session } = (await import(/* @vite-ignore */ file)) as { Session: ComponentType<{ sessionId: string; baseUrl: string }> };

  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const sessionId = newSession();
  await publish(serverUrl(), sessionId, { type: "tool_call_started", payload: { tool_call_id: "t1", tool_name: "ls", args: {} } });
  render(<Session sessionId={sessionId} baseUrl={serverUrl()} />);
  await eventually(() => screen.getByText("tool_call_started"));
  await publish(serverUrl(), sessionId, { type: "tool_call_result", payload: { tool_call_id: "t1", tool_name: "ls", result: [], error: null } });
  await eventually(() => screen.getByText("tool_call_result"));
  await eventually(() => expect(log).toHaveBeenCalledWith("ls", "ok"));
});
