"use client";

import { fetchServerSentEvents, useChat, type UIMessage } from "@tanstack/ai-react";
import { useRunCommands } from "@eventstream/client/react";
import { useMemo, useRef, useState, type ReactNode } from "react";
import { Conversation, type Part } from "../shared/conversation";
import { agent, headersFor, ticketFor } from "../shared/ticket";
import { useFollow, useRuns, type SessionRuns } from "../shared/use-runs";

/** `useChat` of TanStack AI, on a session that others use too: it reads the conversation when it is mounted, so another run mounts it again. */
export function TanStack({ sessionId }: { readonly sessionId: string }): ReactNode {
  const runs = useRuns(sessionId);
  const [mounted, mount] = useState({ times: 0, runId: "" });
  const held = useRef<UIMessage[]>([]);
  return <Chat key={mounted.times} sessionId={sessionId} runs={runs} held={held} runId={mounted.runId} onRun={(runId) => mount({ times: mounted.times + 1, runId })} />;
}

interface ChatProps {
  readonly sessionId: string;
  readonly runs: SessionRuns;
  /** The messages, from one mounting to the next. */
  readonly held: { current: UIMessage[] };
  /** The run for which this was mounted. */
  readonly runId: string;
  readonly onRun: (runId: string) => void;
}

function Chat({ sessionId, runs, held, runId, onRun }: ChatProps): ReactNode {
  const [isRead, setRead] = useState(false);
  const read = useRef("");
  const ended = useRef(runs.ended);
  ended.current = runs.ended;
  const connection = useMemo(() => {
    const server = fetchServerSentEvents(`/eventstream/agui/${sessionId}?agent=${agent}`, async () => ({ headers: { ...(await headersFor(sessionId)) } }));
    const hydrate: typeof server.hydrate = async (...asked) => {
      const before = ended.current;
      const thread = await server.hydrate!(...asked);
      runs.tell(before);
      setRead(true);
      return thread;
    };
    return { ...server, hydrate };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- one connection for each session
  }, [sessionId]);
  const { messages, sendMessage, isLoading, error } = useChat({
    threadId: sessionId,
    persistence: true,
    connection,
    initialMessages: held.current,
    onChunk: (chunk) => {
      if (chunk.type === "RUN_STARTED") read.current = chunk.runId;
      else if (chunk.type === "RUN_FINISHED" && chunk.outcome?.type === "interrupt") runs.pause(read.current);
      else if (chunk.type === "RUN_FINISHED" || chunk.type === "RUN_ERROR") runs.tell([read.current]);
    },
  });
  held.current = messages;
  useFollow(runs, !isLoading, async (run) => onRun(run.id), isRead && runs.untold?.id !== runId ? 0 : 1000);

  const { stop } = useRunCommands(sessionId, { baseUrl: "/eventstream", getTicket: () => ticketFor(sessionId, agent) });
  return (
    <Conversation
      sessionId={sessionId}
      runs={runs}
      entries={messages.map(({ id, role, parts }) => ({ id, isUsers: role === "user", parts: parts.flatMap(shownOf) }))}
      isBusy={isLoading}
      error={error}
      send={(text) => void sendMessage(text)}
      stop={() => runs.current && void stop(runs.current.id)}
    />
  );
}

function shownOf(part: UIMessage["parts"][number]): Part[] {
  if (part.type === "text") return [{ kind: "text", text: part.content }];
  if (part.type === "thinking") return [{ kind: "thought", text: part.content }];
  return part.type === "tool-call" ? [{ kind: "tool", text: part.name }] : [];
}
