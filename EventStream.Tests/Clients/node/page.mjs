// The page of a chat with useChat of @ai-sdk/react, bundled by esbuild: ?server=…&chat=…
import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport } from 'ai';
import { createElement as h, useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';

const query = new URLSearchParams(location.search);
const api = `${query.get('server')}api/chat`;
const chatId = query.get('chat');

function Page() {
  const dropped = useRef();
  const { messages, status, error, sendMessage, resumeStream } = useChat({
    id: chatId,
    resume: true,
    transport: new DefaultChatTransport({ api, prepareReconnectToStreamRequest: ({ id }) => ({ api: `${api}/${id}${dropped.current ? `~${dropped.current}` : ''}/stream` }) }),
  });
  useEffect(() => {
    if (!(status === 'error' && error instanceof TypeError)) return; // the run has failed, not the connection
    dropped.current = messages.at(-1)?.role === 'assistant' ? messages.at(-1).id : undefined;
    const timer = setInterval(resumeStream, 1000);
    return () => clearInterval(timer);
  }, [status]);
  return h('main', null,
    h('output', { id: 'status' }, status),
    messages.map((message) => h('p', { key: message.id, className: message.role }, message.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))),
    h('form', { onSubmit: (event) => { event.preventDefault(); sendMessage({ text: event.target.elements.text.value }); } }, h('input', { name: 'text' }), h('button', { id: 'send' }, 'Send')),
    h('button', { id: 'stop', onClick: () => fetch(`${api}/${chatId}/stop`, { method: 'POST' }) }, 'Stop'));
}

createRoot(document.body.appendChild(document.createElement('div'))).render(h(Page));
