"use client";

import { useChat } from "@ai-sdk/react";
import { initialMessages, type Message, reduceMessages } from "@eventstream/client";
import { useReduced } from "@eventstream/client/react";
import { DefaultChatTransport, type UIMessage } from "ai";
import { useRef, type ReactNode } from "react";
import { Conversation, type Part } from "../shared/conversation";
import { agent, headersFor } from "../shared/ticket";
import { useFollow, useRuns } from "../shared/use-runs";

const api = "/eventstream/api/chat";

export interface ChatProps {
  readonly sessionId: string;
  readonly messages: UIMessage[];
  /** The runs that `messages` hold to their end. */
  readonly shown: readonly string[];
}

/** `useChat` of the AI SDK, on a session that others use too. */
export function Chat({ sessionId, messages: history, shown }: ChatProps): ReactNode {
  const runs = useRuns(sessionId, shown);
  const said = useReduced(reduceMessages, initialMessages, runs.events).messages.filter((message) => message.role === "user");
  const wanted = useRef("");
  const { messages, setMessages, status, error, sendMessage, resumeStream } = useChat({
    id: sessionId,
    messages: history,
    transport: new DefaultChatTransport({
      api: `${api}?agent=${agent}`,
      headers: () => headersFor(sessionId),
      prepareReconnectToStreamRequest: ({ id, headers }) => ({ api: `${api}/${id}~${wanted.current}/stream`, headers }),
    }),
    onFinish: ({ message, isDisconnect, isAbort, finishReason }) => {
      if (finishReason === "tool-calls") runs.pause(message.id);
      else if (!isDisconnect && !isAbort) runs.tell([message.id]);
    },
  });
  const isIdle = status === "ready" || status === "error";

  // A run of another page, or one whose stream dropped: `chat~run` tells it from its start, also when it has ended.
  useFollow(runs, isIdle, (run) => {
    wanted.current = run.id;
    setMessages((known) => [...known, ...said.filter(({ id }) => !known.some((each) => each.id === id)).map(toMessage)]);
    return resumeStream();
  });

  return (
    <Conversation
      sessionId={sessionId}
      runs={runs}
      entries={messages.map(({ id, role, parts }) => ({ id, isUsers: role === "user", parts: parts.flatMap(shownOf) }))}
      isBusy={!isIdle}
      error={error}
      send={(text) => void sendMessage({ text })}
      stop={async () => void fetch(`${api}/${sessionId}/stop`, { method: "POST", headers: await headersFor(sessionId) })}
    />
  );
}

const toMessage = ({ id, key, text }: Message): UIMessage => ({ id: id ?? key, role: "user", parts: [{ type: "text", text }] });

function shownOf(part: UIMessage["parts"][number]): Part[] {
  if (part.type === "text") return [{ kind: "text", text: part.text }];
  if (part.type === "reasoning") return [{ kind: "thought", text: part.text }];
  return part.type === "dynamic-tool" ? [{ kind: "tool", text: part.toolName }] : [];
}
