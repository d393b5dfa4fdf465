// Prints what the package ws receives of one stream: node watch.js URL. A line each: message TEXT, ping, close CODE REASON.
import WebSocket from 'ws';

const socket = new WebSocket(process.argv[2]);
socket.on('message', (data, isBinary) => console.log(`${isBinary ? 'binary' : 'message'} ${data}`));
socket.on('ping', () => console.log('ping'));
socket.on('error', (error) => console.log(`error ${error.message}`));
socket.on('close', (code, reason) => console.log(`close ${code} ${reason}`));
