// A server that speaks enough of PostgreSQL's protocol for a reader to find a store without rows.
// https://www.postgresql.org/docs/current/protocol-flow.html
import { createServer } from 'node:net';

/** Calls back with the URL of a store without rows, and ends it. */
export async function withEmptyStore(work) {
  const server = createServer((socket) => socket.on('data', answering(socket)).on('error', () => {}));
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  try {
    return await work(`postgres://build@127.0.0.1:${server.address().port}/build`);
  } finally {
    server.close();
  }
}

const message = (type, text) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + text.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(text, 'latin1')]);
};
const ready = message('Z', 'I');
const none = message('C', 'SELECT 0\0');
const welcome = Buffer.concat([message('R', '\0\0\0\0'), ready]);
/** To a statement, and to the end of one that was sent in parts. */
const answers = {
  Q: Buffer.concat([none, ready]),
  S: Buffer.concat([message('1', ''), message('2', ''), message('n', ''), none, ready]),
};

/** The first message of a connection has no type. */
function answering(socket) {
  let waiting = Buffer.alloc(0);
  let typeBytes = 0;
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= typeBytes + 4) {
      const end = typeBytes + waiting.readInt32BE(typeBytes);
      if (waiting.length < end) return;
      const answer = typeBytes === 0 ? welcome : answers[String.fromCharCode(waiting[0])];
      if (answer !== undefined) socket.write(answer);
      waiting = waiting.subarray(end);
      typeBytes = 1;
    }
  };
}
