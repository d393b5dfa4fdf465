// Follows a stream as a page does: node follow.js URL. It keeps the last id, and each connection resumes after it.
// It stops after the codes 1000 and 1008, and reconnects after any other. Prints a line each: event ID, close CODE.
import ReconnectingWebSocket from 'reconnecting-websocket';
import WebSocket from 'ws';

const start = process.argv[2];
let last;

const address = () => {
  const url = new URL(start);
  if (last) url.searchParams.set('last_event_id', last);
  return url.href;
};

const socket = new ReconnectingWebSocket(address, [], {
  WebSocket,
  minReconnectionDelay: 20,
  maxReconnectionDelay: 200,
  minUptime: 100,
});
socket.addEventListener('message', ({ data }) => {
  const { id, type } = JSON.parse(data);
  if (id) last = id;
  if (!['session_stream_started', 'stream_closing', 'heartbeat'].includes(type)) console.log(`event ${id} ${type}`);
});
socket.addEventListener('close', ({ code }) => {
  console.log(`close ${code}`);
  if (code === 1000 || code === 1008) socket.close();
});
