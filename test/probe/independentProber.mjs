// An independent prober that shares no code with the program: one request after the other, one line for each.
import { connect } from 'node:net';

const port = Number(process.argv[2]);

function ask() {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('connect', () => socket.write('GET /health HTTP/1.0\r\n\r\n'));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text.startsWith('HTTP/1.1 200')));
  });
}

for (;;) {
  const good = await ask();
  process.stdout.write(`${Date.now()} ${good ? 'good' : 'bad'}\n`);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
