import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server that gives the listed answers in turn, and then repeats the last one: for faults that a real server doesn't have. */
export async function fakeServer(...answers: readonly Answer[]): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)] as Answer;
    requests.push(request);
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, requests };
}

export const status =
  (code: number, headers: { [name: string]: string } = {}, body = ""): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);

export const problem = (code: number, title: string): Answer => status(code, { "content-type": "application/problem+json" }, JSON.stringify({ title, status: code }));

/** A stream that sends some text, and stays open unless told. */
export const stream =
  (text: string, options: { end?: boolean } = {}): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    response.write(text);
    if (options.end) response.end();
  };

export function frame(type: string, payload: object, id?: string): string {
  const data = JSON.stringify({ event_id: `e-${id ?? type}`, session_id: "s", timestamp: "2026-11-21T00:00:00.000Z", type, payload });
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${type}\ndata: ${data}\n\n`;
}

export const started = (cursor: string, resume = "none"): string =>
  frame("session_stream_started", { message: "SSE connection established", cursor, resume, replayed: 0 }, cursor);
