import { EventSource } from "eventsource";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { expect, it, onTestFinished } from "vitest";
import { SseParser, type Frame } from "../src/sse-parser.js";
import { eventually } from "./support/eventually.js";
import { newSession, notes, publish, serverUrl } from "./support/server.js";

it("the npm package eventsource reads the server's stream, with its cursors", async () => {
  const sessionId = newSession();
  const ids = await publish(serverUrl(), sessionId, ...notes(3));
  const source = new EventSource(`${serverUrl()}/events/${sessionId}?from=earliest`);
  onTestFinished(() => source.close());
  const messages: { n: number; id: string }[] = [];
  source.addEventListener("note", (message) => messages.push({ n: JSON.parse(message.data).payload.n, id: message.lastEventId }));
  await eventually(() => expect(messages).toEqual(ids.map((id, n) => ({ n, id }))));
});

it("eventsource-parser and our parser agree on what the server writes, cut anywhere", async () => {
  const sessionId = newSession();
  const text = "Zeile 1\nZeile 2 ä€😀 \u2028 \"'\\";
  await publish(serverUrl(), sessionId, ...notes(2), { type: "agent_message_delta", payload: { message_id: "m1", delta: text } }, { type: "session_deleted", payload: {} });
  const response = await fetch(`${serverUrl()}/events/${sessionId}?from=earliest`);
  const bytes = new Uint8Array(await response.arrayBuffer());

  const theirs: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => theirs.push(message) });
  const ours: Frame[] = [];
  const own = new SseParser((frame) => ours.push(frame));
  const [whole, cut] = [new TextDecoder(), new TextDecoder()];
  parser.feed(whole.decode(bytes));
  for (const byte of bytes) own.push(cut.decode(Uint8Array.of(byte), { stream: true }));

  expect(theirs.map((message) => message.event)).toEqual(["session_stream_started", "note", "note", "agent_message_delta", "session_deleted", "stream_closing"]);
  expect(ours.map(({ data }) => data)).toEqual(theirs.map(({ data }) => data));
  expect(JSON.parse(theirs[3]?.data ?? "").payload.delta).toBe(text);
});
