import { describe, expect, test, vi } from 'vitest';
import { processContext } from '../../src/context.ts';
import { type Attempt, createProbe } from '../../src/probe/attempt.ts';
import { parseTarget, type TargetOptions } from '../../src/probe/target.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/server.ts';
import { startTcp } from './endpoint.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 60_000 });

const generousMs = 20_000;

function attempt(options: TargetOptions, timeoutMs = generousMs): Promise<Attempt> {
  return createProbe(processContext(), parseTarget(options))(timeoutMs);
}

describe('Attempt at an endpoint that does not respond', () => {
  test('an attempt at a closed port is refused', async () => {
    const port = await freePort();
    expect(await attempt({ url: `http://127.0.0.1:${port}/` })).toMatchObject({
      healthy: false,
      verdict: 'refused',
      words: `127.0.0.1:${port} refused the connection`,
      statusCode: null,
    });
    expect(await attempt({ url: `http://localhost:${port}/` })).toMatchObject({ verdict: 'refused' });
  });

  test('an attempt reports a name that cannot be resolved', async () => {
    expect(await attempt({ url: 'http://nowhere.invalid:8080/' })).toMatchObject({
      verdict: 'dns',
      words: expect.stringMatching(/^the name of nowhere\.invalid:8080 cannot be resolved \(E\w+\)$/),
    });
  });

  test('an attempt ends at its deadline if the server accepts the connection and is silent', async () => {
    const { port } = await startTcp(() => {});
    expect(await attempt({ url: `http://127.0.0.1:${port}/` }, 100)).toMatchObject({
      verdict: 'timeout',
      words: `127.0.0.1:${port} accepted the connection and did not respond within 0.1 s`,
    });
  });

  test.each([
    [
      'a header',
      'HTTP/1.1 200 OK\r\nX-Slow: ',
      /^127\.0\.0\.1:\d+ accepted the connection and did not respond within/,
    ],
    [
      'a body',
      'HTTP/1.1 200 OK\r\n\r\n',
      /^the response was not complete after \d+ bytes of its body within 0\.3 s$/,
    ],
  ])('an attempt ends at its deadline if the server drips %s', async (_what, beginning, words) => {
    const { port } = await startTcp((socket) => {
      socket.write(beginning);
      const drip = setInterval(() => socket.write('a'), 10);
      socket.on('close', () => clearInterval(drip));
    });
    const made = await attempt({ url: `http://127.0.0.1:${port}/`, expectVersion: '2.0.0' }, 300);
    expect(made).toMatchObject({ healthy: false, verdict: 'timeout', words: expect.stringMatching(words) });
  });

  test('an attempt closes its connection at its deadline', async () => {
    let closed = 0;
    const { port } = await startTcp((socket) => {
      socket.resume();
      socket.on('close', () => {
        closed += 1;
      });
    });
    await attempt({ url: `http://127.0.0.1:${port}/` }, 50);
    expect(await eventually(() => closed || undefined, { what: 'closed connection' })).toBe(1);
  });

  test('an attempt distinguishes a connection that was cut before the response from one cut within it', async () => {
    const before = await startTcp((socket) => socket.once('data', () => socket.destroy()));
    const within = await startTcp((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"vers'));
    });
    expect(await attempt({ url: `http://127.0.0.1:${before.port}/` })).toMatchObject({
      verdict: 'reset',
      words: `127.0.0.1:${before.port} ended the connection before it responded`,
    });
    expect(await attempt({ url: `http://127.0.0.1:${within.port}/`, expectVersion: '1' })).toMatchObject({
      verdict: 'reset',
      words: `127.0.0.1:${within.port} ended the connection in the middle of its response`,
      statusCode: 200,
    });
  });

  test('an attempt reports a response that is not HTTP', async () => {
    const { port } = await startTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await attempt({ url: `http://127.0.0.1:${port}/` })).toMatchObject({
      verdict: 'not_http',
      words: expect.stringContaining(`127.0.0.1:${port} responded with something that is not HTTP (HPE_`),
    });
  });

  test('an attempt reports a header that is too large', async () => {
    const { port } = await startTcp((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`),
    );
    expect(await attempt({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ verdict: 'too_large' });
  });

  test('an attempt ends if the server switches to another protocol', async () => {
    const head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
    const { port } = await startTcp((socket) => socket.once('data', () => socket.write(head)));
    expect(await attempt({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ healthy: false });
  });
});

describe('Bare TCP port', () => {
  test('a TCP port is healthy if it accepts the connection', async () => {
    const { port } = await startTcp(() => {});
    expect(await attempt({ url: `tcp://127.0.0.1:${port}` })).toMatchObject({
      verdict: 'healthy',
      words: `127.0.0.1:${port} accepted the connection`,
    });
    expect(await attempt({ url: `tcp://localhost:${port}` })).toMatchObject({ verdict: 'healthy' });
  });

  test('a TCP port is not healthy if nothing listens on it', async () => {
    const port = await freePort();
    expect(await attempt({ url: `tcp://127.0.0.1:${port}` })).toMatchObject({ verdict: 'refused' });
  });
});
