import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { defaultLimits, type Limits } from '../../src/server/http/limits.ts';
import { listen, type Tls } from '../../src/server/http/listen.ts';
import { OpenStreams, stopServer } from '../../src/server/http/stop.ts';
import { selfSigned } from '../probe/certificate.ts';
import { fakeContext } from '../support/context.ts';
import { eventually } from '../support/eventually.ts';

/** Responds to each request at once, except for /endless: never. */
const onRequest: RequestListener = ({ url }, response) => {
  if (url !== '/endless') response.end('ok');
};

/** A server in this process; each test gives it limits that differ so much that it shows which of them applies. */
async function listening({ limits, tls = null }: { limits: Partial<Limits>; tls?: Tls }) {
  const refused: number[] = [];
  const { server, address, connections } = await listen(
    { host: '127.0.0.1', port: 0 },
    {
      context: fakeContext(),
      tls,
      limits: { ...defaultLimits, ...limits },
      onRequest,
      onRefused: (status) => void refused.push(status),
    },
  );
  onTestFinished(() => {
    server.close();
    connections.destroyAll();
  });
  return { server, connections, refused, port: address.port };
}

/** A connection that sends a text and closes with the test. */
async function opened(port: number, text = '') {
  const said = { heard: '', isClosed: false };
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.on('close', () => Object.assign(said, { isClosed: true }));
  socket.on('data', (chunk: Buffer) => Object.assign(said, { heard: said.heard + chunk.toString() }));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  if (text !== '') socket.write(text);
  const status = () =>
    eventually(() => /^HTTP\/1\.1 (\d+)/.exec(said.heard)?.[1], { what: 'response', deadlineMs: 10_000 });
  return { socket, said, status };
}

const head = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

test('a client that sends no complete head gets 408 long before the limit for a whole request', async () => {
  const { port } = await listening({ limits: { headerTimeoutMs: 200, requestTimeoutMs: 60_000 } });
  for (const text of ['', 'GET / HTTP/1.1\r\nX-Slow: '])
    expect(await (await opened(port, text)).status()).toBe('408');
});

test('a head of more than 16 KiB is rejected with 431, and a smaller one is not', async () => {
  const { port, refused } = await listening({ limits: {} });
  const sent = (length: number) => opened(port, head('/', `X-Long: ${'x'.repeat(length)}\r\n`));
  expect(await (await sent(15_000)).status()).toBe('200');
  expect(await (await sent(17_000)).status()).toBe('431');
  expect(refused).toEqual([431]);
});

test('a connection whose TLS handshake fails or never ends is closed, and does not count as a request', async () => {
  const tls = selfSigned({ name: '127.0.0.1' });
  const { port, refused } = await listening({ limits: { headerTimeoutMs: 200 }, tls });
  const [silent, begun, plain] = [
    await opened(port),
    await opened(port, '\x16\x03\x01'),
    await opened(port, head('/')),
  ];
  const halfOpen = await opened(port);
  halfOpen.socket.end();
  for (const { said } of [silent, begun, plain, halfOpen])
    await eventually(() => said.isClosed || undefined, { what: 'closed connection', deadlineMs: 10_000 });
  expect(refused).toEqual([]);
});

test('an idle connection gives its slot to a new one before a connection in the middle of its head does', async () => {
  const { port, refused } = await listening({ limits: { connections: 3 } });
  const idle = await opened(port, head('/'));
  expect(await idle.status()).toBe('200');
  const begun = await opened(port, 'GET / HTTP/1.1\r\n');
  await opened(port, head('/endless'));
  expect(await (await opened(port, head('/'))).status()).toBe('200');
  begun.socket.write('Host: localhost\r\n\r\n');
  expect(await begun.status()).toBe('200');
  await eventually(() => idle.said.isClosed || undefined, { what: 'closed idle connection' });
  expect(refused).toEqual([]);
});

test('a server that stops does not wait for an endless response, nor for a TLS handshake that never ends', async () => {
  const streams = new OpenStreams();
  for (const [tls, text] of [
    [null, head('/endless')],
    [selfSigned({ name: '127.0.0.1' }), ''],
  ] as const) {
    const { server, connections, port } = await listening({ limits: { headerTimeoutMs: 30_000 }, tls });
    const seen = once(server, tls === null ? 'request' : 'connection');
    await opened(port, text);
    await seen;
    let hasStopped = false;
    void stopServer(server, { streams, connections, patienceMs: 200 }).then(() => {
      hasStopped = true;
    });
    const stopped = eventually(() => hasStopped || undefined, { what: 'stopped server', deadlineMs: 10_000 });
    expect(await stopped).toBe(true);
  }
});
