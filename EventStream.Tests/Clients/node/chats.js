// Chats of the AI SDK 5, 6 and 7 with an agent that does what it is told word by word: node chats.js SERVER.
// Prints "VERSION SCENARIO STATUS JSON" with the parts of the last message, "at GATE" where the agent waits, and "VERSION SCENARIO failed TEXT".
import { chatOf, versions } from './chat.js';

const [server] = process.argv.slice(2);

const until = async (isTrue) => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
};

for (const [version, { DefaultChatTransport, lastAssistantMessageIsCompleteWithApprovalResponses: isAnswered }] of Object.entries(versions)) {
  const api = `${server}api/chat`;
  const open = (id, { query = '', ...options } = {}) => chatOf(version, { id: `${id}-${version}`, transport: new DefaultChatTransport({ api: `${api}${query}` }), ...options });
  const say = (scenario, chat) => {
    console.log(version, scenario, chat.status, JSON.stringify(chat.lastMessage?.parts));
    for (const fault of chat.faults) console.log(version, scenario, 'failed', String(fault));
  };
  const textOf = ({ lastMessage: last }) => (last?.role === 'assistant' && last.parts.findLast((part) => part.type === 'text')?.text) || '';

  const sent = open('sent');
  await sent.sendMessage({ text: 'One tool two' });
  say('sent', sent);
  await sent.sendMessage({ text: 'Three' });
  say('again', sent);

  const here = open('resumed');
  const sending = here.sendMessage({ text: `One gate:${version} two` });
  await until(() => textOf(here).includes('One'));
  // Another page, and one that kept a part of the message.
  const there = open('resumed', { messages: here.messages.slice(0, 1) });
  const kept = open('resumed', { messages: structuredClone(here.messages) });
  const resuming = [there.resumeStream(), kept.resumeStream()];
  await until(() => textOf(there).includes('One') && textOf(kept).includes('One'));
  console.log('at', version);
  await Promise.all([sending, ...resuming]);
  say('resumed', there);
  for (const other of [here, kept]) if (JSON.stringify(other.messages) !== JSON.stringify(there.messages)) console.log(version, 'differs', JSON.stringify(other.messages));
  await there.resumeStream();
  say('nothing', there);

  const stopped = open('stopped');
  const running = stopped.sendMessage({ text: `One gate:never-${version} two` });
  await until(() => textOf(stopped).includes('One'));
  await fetch(`${api}/${stopped.id}/stop`, { method: 'POST' });
  await running;
  say('stopped', stopped);

  const failed = open('failed');
  await failed.sendMessage({ text: 'fail' });
  say('broken', failed);

  if (!isAnswered) continue;
  const asked = open('asked', { query: `?ai=${version}`, sendAutomaticallyWhen: isAnswered });
  await asked.sendMessage({ text: 'ask done' });
  say('asked', asked);
  const question = asked.lastMessage.parts.find((part) => part.approval).approval;
  await asked.addToolApprovalResponse({ id: question.id, approved: true });
  await until(() => asked.status === 'ready' && textOf(asked).includes('done') || asked.faults.length > 0);
  say('answered', asked);
}
console.log('done');
