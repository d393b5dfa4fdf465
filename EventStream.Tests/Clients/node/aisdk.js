// Reads the stream of a run with the chats of the AI SDK 5, 6 and 7: node aisdk.js URL, where VERSION in the address is the version.
// Prints "VERSION STATUS JSON" with the parts of the message that each ends with, and "VERSION failed TEXT" for what it objects to. Each reads twice, and says "VERSION differs JSON" if the second time ends otherwise.
import { chatOf, versions } from './chat.js';

const [url] = process.argv.slice(2);
for (const [version, { DefaultChatTransport }] of Object.entries(versions)) {
  const api = url.replace('VERSION', version);
  const chat = chatOf(version, { id: 'c', transport: new DefaultChatTransport({ prepareReconnectToStreamRequest: () => ({ api }) }) });
  await chat.resumeStream();
  const told = JSON.stringify(chat.messages);
  console.log(version, chat.status, JSON.stringify(chat.messages.at(-1)?.parts));
  await chat.resumeStream();
  if (JSON.stringify(chat.messages) !== told) console.log(version, 'differs', JSON.stringify(chat.messages));
  for (const fault of chat.faults) console.log(version, 'failed', String(fault));
}
console.log('done');
