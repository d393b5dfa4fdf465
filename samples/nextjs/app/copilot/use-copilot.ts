import { CopilotKitCore } from "@copilotkit/core";
import { useEffect, useReducer, useRef, useState } from "react";
import { agent as name, headersFor } from "../shared/ticket";

type Agent = NonNullable<ReturnType<CopilotKitCore["getAgent"]>>;

const retryMs = 5000;

/** An agent of CopilotKit, as soon as its runtime has told of it. */
export function useCopilot(sessionId: string, isReachable: boolean, onEnd: (runId: string, isAsking: boolean) => void) {
  const [core] = useState(() => new CopilotKitCore({ runtimeUrl: "/eventstream/copilotkit", runtimeTransport: "rest", deferInitialConnection: true }));
  const [agent, setAgent] = useState<Agent>();
  const [busy, count] = useReducer((sum: number, more: number) => sum + more, 0);
  const [error, setError] = useState<Error>();
  const end = useRef(onEnd);
  end.current = onEnd;
  const [, render] = useReducer((times: number) => times + 1, 0);

  useEffect(() => {
    const { unsubscribe } = core.subscribe({
      onAgentsChanged: ({ agents }) => {
        if (name in agents) setAgent(agents[name]);
        else if (core.runtimeVersion !== undefined) setError(new Error(`EventStream lists no agent ${name}. Name it in Dialects:Agents.`));
      },
      onError: ({ error }) => setError(error),
    });
    return unsubscribe;
  }, [core]);
  useEffect(() => {
    if (!isReachable || agent !== undefined) return;
    const connect = () => void headersFor(sessionId).then((headers) => (core.setHeaders({ ...headers }), core.connect()), setError);
    connect();
    const timer = setInterval(connect, retryMs);
    return () => clearInterval(timer);
  }, [core, sessionId, isReachable, agent]);
  useEffect(() => {
    if (agent === undefined) return;
    agent.threadId = sessionId;
    let runId = "";
    const { unsubscribe } = agent.subscribe({
      onMessagesChanged: render,
      onRunStartedEvent: ({ event }) => void (runId = event.runId),
      onRunFinishedEvent: ({ event }) => end.current(runId, event.outcome?.type === "interrupt"),
      onRunErrorEvent: () => end.current(runId, false),
    });
    return unsubscribe;
  }, [agent, sessionId]);

  /** Runs or connects the agent. Returns whether that went well. */
  async function act(what: (agent: Agent) => Promise<unknown>): Promise<boolean> {
    let isWell = true;
    const { unsubscribe } = core.subscribe({ onError: ({ code }) => void (isWell &&= !code.endsWith("_failed")) });
    count(1);
    setError(undefined);
    try {
      core.setHeaders({ ...(await headersFor(sessionId)) });
      if (agent === undefined) throw new Error("CopilotKit hasn't connected yet. Ask again in a moment.");
      await what(agent);
    } catch (fault) {
      setError(fault as Error);
      isWell = false;
    } finally {
      unsubscribe();
      count(-1);
    }
    return isWell;
  }

  return { core, agent, isBusy: busy > 0, error, act };
}
