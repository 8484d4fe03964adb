import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { serve } from '../support/serve.ts';

interface Heard {
  readonly status: number;
  /** Header lines as spelled, sorted. */
  readonly head: readonly string[];
  readonly body: string;
  /** Everything received. */
  readonly all: string;
}

/** A connection that the test closes; `heard()` is everything received so far. */
async function opened(port: number) {
  let heard = '';
  const errors: Error[] = [];
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', (error) => void errors.push(error));
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return { socket, closed, errors, heard: () => heard };
}

/** The response to a raw request, until the server closes the connection. */
async function asked(port: number, text: string): Promise<Heard> {
  const { socket, closed, heard } = await opened(port);
  socket.write(text, 'latin1');
  await closed;
  return parsed(heard());
}

function parsed(all: string): Heard {
  const [head = '', ...body] = all.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  return { status: Number(first.split(' ')[1]), head: lines.sort(), body: body.join('\r\n\r\n'), all };
}

const close = 'Connection: close\r\n\r\n';
const get = (target: string, method = 'GET') => `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${close}`;

describe('HTTP responses', () => {
  test('a response has the same headers in the same spelling as ever, for HEAD too', async () => {
    const { port } = await serve();
    const date = expect.stringMatching(/^Date: /);
    for (const method of ['GET', 'HEAD']) {
      const { status, head, body } = await asked(port, get('/-/healthy', method));
      expect([status, body]).toEqual([200, method === 'GET' ? 'healthy\n' : '']);
      expect(head).toEqual([
        'Cache-Control: no-store',
        'Connection: close',
        'Content-Length: 8',
        'Content-Type: text/plain; charset=utf-8',
        date,
        'X-Content-Type-Options: nosniff',
      ]);
    }
  });

  test('only the exact path of a route is found', async () => {
    const targets = [
      ['/-/healthy?x=1', 200],
      ['/-/%68ealthy', 200],
      ['/-%2Fhealthy', 200],
      ['http://evil/-/healthy', 200],
      ['/-/healthy/', 404],
      ['//-/healthy', 404],
      ['/x/../-/healthy', 404],
      ['/x/%2e%2e/-/healthy', 404],
      ['/-\\healthy', 404],
      ['/-/healthy%00', 404],
      ['http://localhost', 404],
      ['/%ff', 400],
      ['/health/%zz', 400],
      [`/${'a'.repeat(4095)}`, 404],
      [`/-/healthy?${'a'.repeat(4096)}`, 414],
    ] as const;
    const { port } = await serve();
    for (const [target, status] of targets)
      expect([target, (await asked(port, get(target))).status]).toEqual([target, status]);
  });

  test('the name of a deployment in a path is decoded once', async () => {
    const { port } = await serve();
    const said = async (name: string) => (await asked(port, get(`/health/${name}`))).body;
    for (const [name, decoded] of [
      ['a%2Fb', 'a/b'],
      ['a/b', 'a/b'],
      ['a%252Fb', 'a%2Fb'],
      ['a%0Ab', 'a\\nb'],
      ['..', '..'],
      ['', ''],
    ])
      expect(await said(name as string)).toContain(
        `not found: deployment "${decoded}" is not in this ledger`,
      );
  });

  test('a method that is not accepted gets the accepted ones if the path exists', async () => {
    const methods = [
      ['PUT', '/-/healthy', 405, 'Allow: GET, HEAD'],
      ['TRACE', '/-/healthy', 405, 'Allow: GET, HEAD'],
      ['PURGE', '/health/a', 405, 'Allow: GET, HEAD'],
      ['HEAD', '/webhook/github', 405, 'Allow: POST'],
      ['GET', '/webhook/github', 405, 'Allow: POST'],
      ['PUT', '/nowhere', 404, null],
      ['OPTIONS', '*', 404, null],
    ] as const;
    const { port } = await serve();
    for (const [method, target, status, allow] of methods) {
      const answer = await asked(port, get(target, method));
      const said = answer.head.find((line) => line.startsWith('Allow')) ?? null;
      expect([method, target, answer.status, said]).toEqual([method, target, status, allow]);
    }
  });

  test('an invalid Host header is rejected, except for the probes', async () => {
    const hosts = [
      ['[0:0:0:0:0:0:0:1]:9102', 200],
      ['LocalHost:80', 200],
      ['[::1', 421],
      ['a b', 421],
      ['evil/localhost', 421],
      ['localhost:x', 421],
      ['', 421],
    ] as const;
    const { port } = await serve();
    for (const [host, status] of hosts) {
      const to = (target: string) => asked(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${close}`);
      const all = await Promise.all(['/health', '/-/healthy', '/nowhere'].map(to));
      expect([host, ...all.map((answer) => answer.status)]).toEqual([host, status, 200, 404]);
    }
  });

  test('the first of two Authorization headers decides', async () => {
    const { port } = await serve({ run: { env: { DEPLOYTRACK_SERVE_TOKEN: 'abc' } } });
    const status = async (one: string, other: string) =>
      (
        await asked(
          port,
          `GET /health HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${one}\r\nAuthorization: Bearer ${other}\r\n${close}`,
        )
      ).status;
    expect([await status('abc', 'x'), await status('x', 'abc')]).toEqual([200, 401]);
  });
});

describe('HTTP requests with a body', () => {
  test('a body that will not be accepted is rejected before it is sent, and the connection is closed', async () => {
    const { port } = await serve();
    const head = (method: string, target: string) =>
      `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n`;
    for (const [method, target, status] of [
      ['POST', '/webhook/generic', 413],
      ['POST', '/nowhere', 404],
      ['GET', '/-/healthy', 413],
      ['HEAD', '/-/healthy', 413],
    ] as const) {
      const expecting = asked(port, `${head(method, target)}Expect: 100-continue\r\n\r\n`);
      for (const answer of await Promise.all([expecting, asked(port, `${head(method, target)}\r\n`)])) {
        expect([method, target, answer.status]).toEqual([method, target, status]);
        expect(answer.head).toContain('Connection: close');
        expect(answer.all.match(/^HTTP/gm)).toHaveLength(1);
      }
    }
  });

  test('the sender of a rejected body is not cut off before it has seen the response', async () => {
    const { port } = await serve();
    const { socket, closed, errors, heard } = await opened(port);
    socket.write('POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n');
    await eventually(() => (heard().endsWith('not found\n') ? true : undefined), { what: 'an answer' });
    const half = 'x'.repeat(1_000_000);
    await new Promise((resolve) => socket.write(half, resolve));
    expect([socket.closed, errors]).toEqual([false, []]);
    socket.write(half);
    await closed;
    expect(errors).toEqual([]);
  });

  test('a request that expects 100-continue gets it once', async () => {
    const { port } = await serve();
    const { socket, closed, heard } = await opened(port);
    socket.write(
      'POST /webhook/generic HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
    );
    await eventually(() => (heard().includes('\r\n\r\n') ? true : undefined), { what: 'a word to go on' });
    expect(heard()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('{}');
    await closed;
    expect(heard()).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 403 Forbidden\r\n/);
  });

  test('a sender that leaves in the middle of its body is logged as 499, in a log of JSON only', async () => {
    const { port, log, stop } = await serve();
    const { socket } = await opened(port);
    socket.write('POST /webhook/generic HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{}', () =>
      socket.destroy(),
    );
    const told = await eventually(() => log().find(({ message }) => message === 'request'), {
      what: 'a line of the log',
    });
    expect(told).toMatchObject({ method: 'POST', route: 'webhook-generic', status: 499 });
    const { stderr } = await stop();
    for (const line of stderr.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });
});

test('a connection is reused for further requests, after HEAD and 404 too, and for several at once', async () => {
  const { port } = await serve();
  const text = (target: string, method = 'GET') => `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const { socket, closed, heard } = await opened(port);
  socket.write(`${text('/-/healthy', 'HEAD')}${text('/nowhere')}${text('/-/ready')}`);
  await eventually(() => (heard().endsWith('ready\n') ? true : undefined), { what: 'three answers' });
  socket.write(get('/-/healthy'));
  await closed;
  expect([...heard().matchAll(/^HTTP\/1.1 (\d+)/gm)].map(([, status]) => status)).toEqual([
    '200',
    '404',
    '200',
    '200',
  ]);
});

describe('Event streams', () => {
  const listen = 'GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n';

  test('fifty event streams are served at once, and another one is accepted when one leaves', {
    timeout: 60_000,
  }, async () => {
    const { port } = await serve();
    const listeners = await Promise.all(Array.from({ length: 50 }, () => opened(port)));
    for (const { socket } of listeners) socket.write(listen);
    const begun = () => listeners.every(({ heard }) => heard().includes('retry: 2000')) || undefined;
    await eventually(begun, { what: 'fifty streams' });
    expect(await asked(port, get('/api/events'))).toMatchObject({ status: 503 });
    listeners[0]?.socket.destroy();
    const another = async () => {
      const { socket, heard } = await opened(port);
      socket.write(listen);
      return eventually(() => (heard().includes('\r\n\r\n') ? heard() : undefined), { what: 'an answer' });
    };
    const isListening = async () => ((await another()).startsWith('HTTP/1.1 200 ') ? true : undefined);
    expect(await eventually(isListening, { what: 'a place' })).toBe(true);
  });

  test('an event stream ends completely when the server stops, and has no body for HEAD', async () => {
    const { port, stop } = await serve();
    const head = await asked(port, get('/api/events', 'HEAD'));
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.head).toContain('Content-Type: text/event-stream; charset=utf-8');
    const { socket, closed, heard } = await opened(port);
    socket.write(listen);
    await eventually(() => (heard().includes('retry: 2000') ? true : undefined), { what: 'a stream' });
    expect(await stop()).toMatchObject({ code: 0, signal: null });
    await closed;
    expect(heard()).toMatch(/\r\n0\r\n\r\n$/);
  });
});
