// WorkflowChatTransport of @ai-sdk/workflow, cut off after each number of chunks: node workflow.js SERVER.
// Prints "chunks N" for the whole, then "same" or "differs K JSON" for each cut, "last same" for the resumes of the last chunks.
import { WorkflowChatTransport } from '@ai-sdk/workflow';

const [server] = process.argv.slice(2);
// It tells of each cut, and of what it leaves out.
console.error = console.warn = () => {};
const messages = [{ id: 'm1', role: 'user', parts: [{ type: 'text', text: 'One tool two three' }] }];

/** A fetch whose first answer breaks off after some chunks. */
function cuttingAfter(count) {
  let isFirst = true;
  return async (...request) => {
    const answer = await fetch(...request);
    if (!isFirst || count === undefined) return answer;
    isFirst = false;
    let passed = 0;
    const cut = new TransformStream({
      transform(text, output) {
        for (const frame of text.split(/(?<=\n\n)/)) {
          if (frame.includes('data: ') && passed++ === count) return output.error(new TypeError('network error'));
          output.enqueue(new TextEncoder().encode(frame));
        }
      },
    });
    // Whole frames, so that what breaks off is known.
    let rest = '';
    const frames = new TransformStream({
      transform(text, output) {
        rest += text;
        const end = rest.lastIndexOf('\n\n') + 2;
        if (end > 1) output.enqueue(rest.slice(0, end));
        if (end > 1) rest = rest.slice(end);
      },
    });
    return new Response(answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(frames).pipeThrough(cut), { status: answer.status, headers: answer.headers });
  };
}

function transport(options) {
  return new WorkflowChatTransport({ api: `${server}api/chat`, prepareSendMessagesRequest: ({ id, ...body }) => ({ body: { id, messages: body.messages } }), ...options });
}

async function read(stream) {
  const chunks = [];
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    chunks.push(value);
  }
}

let run;
const send = (options) => transport({ onChatSendMessage: (answer) => (run = answer.headers.get('x-workflow-run-id')), ...options }).sendMessages({ chatId: 'w', messages, trigger: 'submit-message' });

const whole = await read(await send());
console.log('chunks', whole.length);
for (let count = 0; count <= whole.length; count++) {
  const told = await read(await send({ fetch: cuttingAfter(count) }));
  console.log(JSON.stringify(told) === JSON.stringify(whole) ? 'same' : `differs ${count} ${JSON.stringify(told).slice(0, 500)}`);
}
for (const startIndex of [0, 1, -1, -2]) {
  const told = await read(await transport({ prepareReconnectToStreamRequest: () => ({ api: `${server}api/chat/${run}/stream` }) }).reconnectToStream({ chatId: 'w', startIndex }));
  // Ends of what began before are left out by the transport.
  const last = startIndex < 0 ? whole.slice(startIndex).filter((chunk) => chunk.type === 'finish') : whole.slice(startIndex);
  console.log(JSON.stringify(told) === JSON.stringify(last) ? 'last same' : `last differs ${startIndex} ${JSON.stringify(told).slice(0, 500)}`);
}
console.log('done');
