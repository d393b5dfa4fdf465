// Asks with a chat of the AI SDK 7: node chat-run.js API CHAT TEXT.
// Prints "told TEXT" whenever the answer has grown, then "ended STATUS TEXT".
import { chatOf, versions } from './chat.js';

const [api, id, text] = process.argv.slice(2);
const { DefaultChatTransport } = versions[7];
const chat = chatOf(7, { id, transport: new DefaultChatTransport({ api: `${api}?ai=7` }) });
const told = () => chat.messages.at(-1)?.parts.filter((part) => part.type === 'text').map((part) => part.text).join('') ?? '';
let last = '';
const watching = setInterval(() => {
  if (chat.messages.at(-1)?.role !== 'assistant' || told() === last) return;
  last = told();
  console.log(`told ${last}`);
}, 5);
await chat.sendMessage({ text });
clearInterval(watching);
console.log(`ended ${chat.status} ${told()}`);
process.exit(0);
