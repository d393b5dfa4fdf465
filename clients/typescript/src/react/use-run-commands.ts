"use client";

import { useContext, useEffect, useMemo, useRef } from "react";
import { answerApproval, askAgent, steerRun, stopRun, type Approval, type AskedRun, type CommandOptions, type CommandReceipt } from "../index.js";
import { Defaults } from "./hooks.js";

/** What people say to the runs of a session. Each fails with a `StreamError`, as `askAgent` and its like do. */
export interface RunCommands {
  /** Asks an agent for a run. */
  readonly ask: (agent: string, more?: { readonly input?: unknown; readonly runId?: string; readonly requestedBy?: string }) => Promise<AskedRun>;
  /** Asks a run to stop. */
  readonly stop: (runId: string, more?: { readonly agent?: string; readonly reason?: string; readonly requestedBy?: string }) => Promise<CommandReceipt>;
  /** Tells a run what to mind. */
  readonly steer: (runId: string, message: string, more?: { readonly agent?: string; readonly requestedBy?: string }) => Promise<CommandReceipt>;
  /** Answers a question of a run, as `reduceApprovals` gives it. */
  readonly answer: (approval: Pick<Approval, "id" | "runId">, approved: boolean, more?: { readonly agent?: string; readonly reason?: string; readonly answeredBy?: string }) => Promise<CommandReceipt>;
}

const names = ["baseUrl", "headers", "getTicket", "credentials", "connectTimeoutMs", "fetch"] as const;

/** Commands for the runs of a session. The options are those of {@link EventStreamProvider} and the given ones, as they are when a command is sent. A request goes on when the component is unmounted. */
export function useRunCommands(sessionId: string, options: CommandOptions = {}): RunCommands {
  const defaults = useContext(Defaults);
  const known = Object.fromEntries(names.filter((name) => defaults[name] !== undefined).map((name) => [name, defaults[name]]));
  const latest = useRef<CommandOptions>({});
  useEffect(() => {
    latest.current = { ...known, ...options };
  });
  return useMemo(
    () => ({
      ask: (agent, more) => askAgent({ ...latest.current, ...more, sessionId, agent }),
      stop: (runId, more) => stopRun({ ...latest.current, ...more, sessionId, runId }),
      steer: (runId, message, more) => steerRun({ ...latest.current, ...more, sessionId, runId, message }),
      answer: ({ id, runId }, approved, more) => answerApproval({ ...latest.current, ...more, sessionId, runId, approvalId: id, approved }),
    }),
    [sessionId],
  );
}
