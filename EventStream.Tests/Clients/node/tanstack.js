// Reads runs with the client of TanStack AI: node tanstack.js URL STEP... Each STEP is JSON: {"post": runId}, {"join": runId}, {"hydrate": threadId} or {"chat": threadId}, which opens a chat as a page does and reads the run that goes on.
// Prints a line each: "chunk JSON" for each event, then "ended", or "failed TEXT"; "hydrated JSON"; "held MESSAGES" of a chat with each change.
import { ChatClient, fetchServerSentEvents } from '@tanstack/ai-client';

const say = (...words) => console.log(words.join(' ').replaceAll('\n', ' '));
const [url, ...steps] = process.argv.slice(2);
const connection = fetchServerSentEvents(url);
const question = [{ id: 'm1', role: 'user', parts: [{ type: 'text', content: 'Is it up?' }] }];

const textOf = (part) => part.content ?? (part.type === 'tool-call' ? `(${part.name})` : '');

function chat(threadId) {
  return new Promise((resolve) => {
    const client = new ChatClient({
      threadId,
      persistence: true,
      connection,
      onMessagesChange: (messages) => say('held', JSON.stringify(messages.map(({ role, parts }) => [role, parts.filter(({ type }) => type !== 'tool-result').map(textOf).join('')]))),
      onLoadingChange: (isLoading) => isLoading || resolve(),
    });
    client.attach();
  });
}

for (const step of steps.map((text) => JSON.parse(text))) {
  try {
    if (step.hydrate) {
      say('hydrated', JSON.stringify(await connection.hydrate(step.hydrate)));
      continue;
    }
    if (step.chat) {
      await chat(step.chat);
      continue;
    }
    const signal = new AbortController().signal;
    const chunks = step.post ? connection.connect(question, undefined, signal, { threadId: 'thread', runId: step.post }) : connection.joinRun(step.join, signal);
    for await (const { timestamp, ...chunk } of chunks) say('chunk', JSON.stringify(chunk));
    say('ended');
  } catch (fault) {
    say('failed', String(fault));
  }
}
say('done');
process.exit(0);
