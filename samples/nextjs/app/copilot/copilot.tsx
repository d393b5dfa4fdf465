"use client";

import { useEffect, type ReactNode } from "react";
import { Conversation, type Part } from "../shared/conversation";
import { useFollow, useRuns } from "../shared/use-runs";
import { useCopilot } from "./use-copilot";

/** An agent by the core of CopilotKit, on a session that others use too. */
export function Copilot({ sessionId }: { readonly sessionId: string }): ReactNode {
  const runs = useRuns(sessionId);
  const { core, agent, isBusy, error, act } = useCopilot(sessionId, runs.state === "open", (runId, isAsking) => (isAsking ? runs.pause(runId) : runs.tell([runId])));
  const connect = async () => {
    const { ended } = runs;
    // A client that has been asked something connects no more, also when somebody else has answered.
    if (agent !== undefined) agent.pendingInterrupts = [];
    if (await act((each) => core.connectAgent({ agent: each }))) runs.tell(ended);
  };

  // The messages so far; and those of other pages, or what follows after a drop.
  useEffect(() => {
    if (agent !== undefined) void connect();
  }, [agent]);
  useFollow(runs, agent !== undefined && !isBusy, connect);

  const send = (content: string) => {
    agent?.addMessage({ id: crypto.randomUUID(), role: "user", content });
    void act((each) => core.runAgent({ agent: each }));
  };
  return (
    <Conversation
      sessionId={sessionId}
      runs={agent === undefined && runs.state === "open" ? { ...runs, state: "connecting" } : runs}
      entries={(agent?.messages ?? []).map((message) => ({ id: message.id, isUsers: message.role === "user", parts: shownOf(message) }))}
      isBusy={isBusy}
      error={error}
      send={send}
      stop={() => agent?.abortRun()}
    />
  );
}

type Message = NonNullable<ReturnType<typeof useCopilot>["agent"]>["messages"][number];

function shownOf(message: Message): Part[] {
  if (message.role !== "user" && message.role !== "assistant" && message.role !== "reasoning") return [];
  const text: Part[] = typeof message.content === "string" && message.content !== "" ? [{ kind: message.role === "reasoning" ? "thought" : "text", text: message.content }] : [];
  const calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
  return [...text, ...calls.map((call): Part => ({ kind: "tool", text: call.function.name }))];
}
