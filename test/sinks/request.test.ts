import type { Socket } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import { type GroupCall, put, readGroup } from '../../src/push/gateway/pushgateway.ts';
import { eventually } from '../support/eventually.ts';
import { drip, type RawServer, startRawServer } from '../support/rawServer.ts';

const noCredentials = { headers: {}, caPem: null };
const key = { instance: 'host-a', deployment: 'gateway', environment: 'production' };
const soon: GroupCall = { key, timeoutMs: 300 };
const late = 'no complete response within 300 ms';
const line =
  'deploytrack_ledger_events_total{job="deploytrack",instance="host-a",deployment="gateway",environment="production"} 7\n';

const servers: RawServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function answering(onData: (socket: Socket) => void): Promise<RawServer> {
  const server = await startRawServer(onData);
  servers.push(server);
  return server;
}

const says = (text: string) => answering((socket) => socket.end(text));
const answer = (status: string, body = '', headers = '') =>
  says(`HTTP/1.1 ${status}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
const push = ({ url }: RawServer, call: Partial<GroupCall> = {}) =>
  put(
    { url, credentials: noCredentials, context: processContext() },
    { ...soon, timeoutMs: 10_000, ...call, text: 'x 1\n' },
  );
const read = ({ url }: RawServer, call: Partial<Parameters<typeof readGroup>[1]> = {}) =>
  readGroup(
    { url, credentials: noCredentials, context: processContext() },
    { ...soon, timeoutMs: 10_000, ...call },
  );
/** No socket is left, so nothing delays the end of the program. */
const closed = (server: RawServer) =>
  eventually(() => (server.open() === 0 ? true : undefined), { everyMs: 5 });

describe('Request', () => {
  test('a push is one PUT of the whole text, compressed, with its type and without keep-alive', async () => {
    const server = await answer('200 OK');
    await push(server);
    const request = server.received[0] ?? Buffer.alloc(0);
    const end = request.indexOf('\r\n\r\n');
    const head = request.subarray(0, end).toString().toLowerCase();
    expect(head).toMatch(
      /^put \/metrics\/job\/deploytrack\/instance\/host-a\/deployment\/gateway\/environment\/production http\/1\.1/,
    );
    expect(head).toContain('content-type: text/plain; version=0.0.4; charset=utf-8');
    expect(head).toContain('content-encoding: gzip');
    expect(head).toContain('connection: close');
    expect(head).not.toContain('transfer-encoding');
    expect(gunzipSync(request.subarray(end + 4)).toString()).toBe('x 1\n');
  });

  test('a push carries the credentials', async () => {
    const server = await answer('200 OK');
    await put(
      {
        url: server.url,
        credentials: { headers: { authorization: 'Bearer t', 'x-a': 'b' }, caPem: null },
        context: processContext(),
      },
      { ...soon, text: '' },
    );
    expect(server.received[0]?.toString('latin1').toLowerCase()).toMatch(
      /authorization: bearer t\r\n[\s\S]*x-a: b\r\n/,
    );
  });
});

describe('Response', () => {
  test.each(['200 OK', '202 Accepted', '204 No Content', '299 Other'])(
    'the response %s means pushed',
    async (status) => {
      expect(await push(await answer(status))).toEqual({
        outcome: 'delivered',
        status: Number(status.slice(0, 3)),
      });
    },
  );

  test('the response 400 means rejected, with the first line of its message', async () => {
    expect(
      await push(await answer('400 Bad Request', '\npushed metrics are\tinvalid\u001b[31m\nsecond')),
    ).toEqual({
      outcome: 'refused',
      status: 400,
      line: '400: pushed metrics are invalid [31m',
    });
  });

  test.each([
    ['401 Unauthorized', '401: user name, password or token are missing or wrong'],
    ['403 Forbidden', '403: not allowed with these credentials (why not)'],
    ['404 Not Found', '404: no Pushgateway at this address (is a base path missing?)'],
    ['405 Method Not Allowed', '405: no Pushgateway at this address (is a base path missing?)'],
    ['413 Too Large', '413: why not'],
    ['500 Internal Server Error', '500: why not'],
    ['503 Service Unavailable', '503: why not'],
  ])('the response %s means failed, to be retried', async (status, words) => {
    const server = await answer(status, 'why not\n');
    expect(await push(server)).toEqual({
      outcome: 'failed',
      status: Number(status.slice(0, 3)),
      line: words,
    });
    expect(await read(server)).toMatchObject({ outcome: 'failed', line: words });
  });

  test.each([
    ['413 Nope', '413 Payload Too Large'],
    ['503 Nope', '503 Service Unavailable'],
    ['403 Nope', '403: not allowed with these credentials'],
  ])(
    'the response %s with an HTML page is reported by its standard phrase, without the page',
    async (status, words) => {
      const server = await answer(status, '\n <html>\r\n<head><title>no</title></head>\r\n');
      expect(await push(server)).toMatchObject({ outcome: 'failed', line: words });
      expect(await read(server)).toMatchObject({ outcome: 'failed', line: words });
    },
  );

  const page = '<!doctype html>\n<html><body>Sign in</body></html>\n';
  const chunked = (body: string) =>
    says(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );

  test.each<[string, () => Promise<RawServer>]>([
    ['a page', () => answer('200 OK', page)],
    ['a page in chunks', () => chunked(page)],
    ['a page without a length', () => says(`HTTP/1.1 200 OK\r\n\r\n${page}`)],
    [
      'a body with the type of a page',
      () => answer('200 OK', 'x 1\n', 'Content-Type: text/html; charset=x\r\n'),
    ],
    ['JSON', () => answer('200 OK', '{"status":"ok"}')],
    ['a single word', () => answer('200 OK', 'OK')],
  ])('the response of %s does not come from a Pushgateway', async (_, start) => {
    const server = await start();
    const words = { outcome: 'failed', line: expect.stringMatching(/^200: no Pushgateway at this address/) };
    expect(await push(server)).toMatchObject(words);
    expect(await read(server)).toMatchObject({ outcome: 'failed' });
  });

  test.each<[string, () => Promise<RawServer>]>([
    ['metrics text', () => answer('200 OK', '\n# HELP x y\nx 1\n')],
    ['samples', () => answer('200 OK', 'x{a="b"} 1\n')],
    ['nothing in chunks', () => says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')],
    ['nothing, without a length', () => says('HTTP/1.1 200 OK\r\n\r\n')],
  ])('the response of %s is a success', async (_, start) => {
    expect(await push(await start())).toEqual({ outcome: 'delivered', status: 200 });
  });

  test.each([301, 302, 303, 307, 308])('the redirect %d is an error and is not followed', async (status) => {
    const elsewhere = await answer('200 OK');
    const location = `${elsewhere.url.replace('http://', 'http://user:secret@')}/metrics?token=secret`;
    const server = await answer(`${status} Moved`, '', `Location: ${location}\r\n`);
    expect(await push(server)).toEqual({
      outcome: 'failed',
      status,
      line: `${status}: redirected to ${elsewhere.url}/metrics, which is not followed; use the final URL`,
    });
    expect(await read(server)).toMatchObject({ outcome: 'failed', status });
    expect(elsewhere.received).toEqual([]);
  });

  test('a response that comes before the body is sent is still read', async () => {
    const server = await answer('400 Bad Request', 'too early\n');
    const text = Array.from(
      { length: 300_000 },
      (_, index) => `x{a="${(index * 2_654_435_761) % 2 ** 32}"} ${index}`,
    ).join('\n');
    const result = await put(
      { url: server.url, credentials: noCredentials, context: processContext() },
      { key, timeoutMs: 10_000, text },
    );
    // If the kernel discards the response with the connection, that is a failure with a message and never an
    // exception.
    expect(['refused', 'failed']).toContain(result.outcome);
  });

  test.each([
    ['nothing', '', /^the connection was (reset|closed)$/],
    ['something that is not HTTP', 'SSH-2.0-OpenSSH_9\r\n', /^the response is not/],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-', /^the connection was (reset|closed)$/],
  ])('a response of %s means failed', async (_, text, words) => {
    expect(await push(await says(text))).toMatchObject({
      outcome: 'failed',
      line: expect.stringMatching(words),
    });
  });
});

describe('Common deadline', () => {
  test('a push ends at the deadline if the server never responds', async () => {
    const server = await answering(() => {});
    expect(await push(server, soon)).toEqual({ outcome: 'failed', line: late });
    expect(await read(server, soon)).toEqual({ outcome: 'failed', line: late });
    await closed(server);
  });

  test('a push ends at the deadline if the server drips its head', async () => {
    const server = await answering((socket) =>
      drip(socket, { text: `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(10_000)}` }),
    );
    expect(await push(server, soon)).toEqual({ outcome: 'failed', line: late });
    await closed(server);
  });

  test('reading a group ends at the deadline if the server drips it', async () => {
    const text = `HTTP/1.1 200 OK\r\n\r\n${line.repeat(1000)}`;
    const server = await answering((socket) => {
      socket.write(text.slice(0, 400));
      drip(socket, { text: text.slice(400) });
    });
    expect(await read(server, soon)).toEqual({ outcome: 'failed', line: late });
    await closed(server);
  });

  test('reading a group ends at the deadline if the server drips it compressed', async () => {
    const server = await answering((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n');
      drip(socket, { text: gzipSync(line.repeat(1000), { level: 0 }).toString('latin1') });
    });
    expect(await read(server, soon)).toMatchObject({ outcome: 'failed' });
    await closed(server);
  });

  test('reading a group that drips ends long before the limit for a whole response', async () => {
    const server = await answering((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      drip(socket, { text: line.repeat(1000), everyMs: 20 });
    });
    expect(await read(server, { timeoutMs: 600_000, answerTimeoutMs: 300 })).toMatchObject({
      outcome: 'failed',
      line: expect.stringMatching(/^the response was too slow: \d+ bytes in [\d.]+ s$/),
    });
    await closed(server);
  });

  test('a successful response whose body drips is a success', async () => {
    const server = await answering((socket) =>
      drip(socket, { text: `HTTP/1.1 200 OK\r\n\r\n# ${'a'.repeat(10_000)}`, everyMs: 1 }),
    );
    expect(await push(server)).toEqual({ outcome: 'delivered', status: 200 });
    await closed(server);
  });

  test('a rejection whose message drips is reported with the part received', async () => {
    const server = await answering((socket) => {
      socket.write('HTTP/1.1 400 Bad Request\r\nContent-Length: 9999\r\n\r\ninvalid');
      drip(socket, { text: 'x'.repeat(9992), everyMs: 50 });
    });
    const result = await push(server, { timeoutMs: 2000 });
    expect(result).toMatchObject({
      outcome: 'refused',
      status: 400,
      line: expect.stringMatching(/^400: invalidx/),
    });
    await closed(server);
  });
});

describe('Incomplete group', () => {
  const gzipped = gzipSync(line.repeat(50));

  test.each([
    ['below its length', Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n${line}`)],
    [
      'between chunks',
      Buffer.from(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${line.length.toString(16)}\r\n${line}\r\n`,
      ),
    ],
    [
      'within gzip',
      Buffer.concat([
        Buffer.from('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'),
        gzipped.subarray(0, 40),
      ]),
    ],
    ['no gzip', Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n${line}`)],
  ])('a group that is cut is a failure: %s', async (_, bytes) => {
    const server = await answering((socket) => socket.end(bytes));
    expect(await read(server)).toMatchObject({ outcome: 'failed', line: expect.stringMatching(/./) });
    await closed(server);
  });

  test('a complete group is read, plain or compressed, in any chunks', async () => {
    const plain = await answering((socket) =>
      drip(socket, { text: `HTTP/1.1 200 OK\r\nContent-Length: ${line.length}\r\n\r\n${line}`, everyMs: 1 }),
    );
    expect(await read(plain)).toMatchObject({ outcome: 'read', group: { events: 7 } });
    const packed = await answering((socket) =>
      socket.end(
        Buffer.concat([
          Buffer.from(
            `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${gzipped.length}\r\n\r\n`,
          ),
          gzipped,
        ]),
      ),
    );
    expect(await read(packed)).toMatchObject({ outcome: 'read', group: { events: 7 } });
  });

  test('a line without an end is skipped, and the following lines are read', async () => {
    const body = `x{a="${'a'.repeat(3 * 1024 * 1024)}"} 1\n${line}`;
    expect(await read(await answer('200 OK', body))).toMatchObject({ outcome: 'read', group: { events: 7 } });
  });
});
