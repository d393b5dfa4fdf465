// Reads streams with the client of AG-UI: node agui.js URL... The first is the whole stream; each other must end with the same messages.
// Prints a line each: "messages JSON" for the first, "same" or "differs URL JSON" for the others, "event TYPE" for each event of a stream that stands alone; "warning TEXT" and "failed URL TEXT" for what the client objects to.
import { HttpAgent } from '@ag-ui/client';

const say = (...words) => console.log(words.join(' ').replaceAll('\n', ' '));
console.warn = (...words) => say('warning', ...words);
process.on('unhandledRejection', (reason) => say('failed', 'unhandled', String(reason)));

// The client posts; these streams are read by GET. All else of it is as its authors wrote it.
class ReadingAgent extends HttpAgent {
  requestInit() {
    return { method: 'GET', headers: { Accept: 'text/event-stream' }, signal: this.abortController.signal };
  }
}

const urls = process.argv.slice(2);
let whole;
for (const url of urls) {
  const agent = new ReadingAgent({ url });
  try {
    // A run that failed is an event, not a fault of the stream.
    await agent.runAgent({ runId: 'asked' }, urls.length === 1 ? { onEvent: ({ event }) => say('event', event.type) } : undefined);
    // The client's schemas set the members of a snapshot in an order of their own.
    const messages = JSON.stringify(agent.messages, (_, value) => (value && !Array.isArray(value) && typeof value === 'object' ? Object.fromEntries(Object.entries(value).sort()) : value));
    if (whole === undefined) say('messages', (whole = messages));
    else if (messages === whole) say('same');
    else say('differs', url, messages);
  } catch (fault) {
    say('failed', url, String(fault));
  }
}
say('done');
