import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import { fetchText } from '../../src/doctor/http/fetchText.ts';
import { type Pushgateway, put, readGroup, remove } from '../../src/push/gateway/pushgateway.ts';
import { configuredProxy } from '../../src/push/proxy/configuredProxy.ts';
import { selfSigned } from '../probe/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type HttpProxy, type ProxyFault, startProxy } from '../support/proxy.ts';
import { startRawServer } from '../support/rawServer.ts';
import { freePort } from '../support/server.ts';

const text = '# TYPE deployment_warning_total counter\ndeployment_warning_total 1\n';
const key = { instance: 'a', deployment: 'b', environment: 'c' };
const call = { key, timeoutMs: 10_000 };
const soon = { key, timeoutMs: 300 };
const certificate = selfSigned({ name: 'localhost' });

/** A gateway with TLS: what it got, and 200. */
const got: { authorization: string | undefined; body: string }[] = [];
const secure = createServer(certificate, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { authorization } = request.headers;
    got.push({
      authorization,
      body: chunks.length === 0 ? '' : gunzipSync(Buffer.concat(chunks)).toString(),
    });
    response.end();
  });
});

let gateway: Gateway;
let secureUrl: string;
let proxy: HttpProxy;
let guarded: HttpProxy;
beforeAll(async () => {
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  secureUrl = `https://localhost:${(secure.address() as AddressInfo).port}`;
  [gateway, proxy, guarded] = await Promise.all([
    startGateway(),
    startProxy(),
    startProxy({ login: 'op:p@ss:w$$rd$&' }),
  ]);
});
afterEach(() => proxy.become('none'));
afterAll(async () => {
  secure.closeAllConnections();
  secure.close();
  await Promise.all([gateway, proxy, guarded].map((one) => one.stop()));
});

const context = processContext();

function through(
  by: string,
  url: string,
  secrets: { username?: string; password?: string; token?: string } = {},
): Pushgateway {
  const { token, ...ofProxy } = secrets;
  const credentials = {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    caPem: certificate.cert,
  };
  const found = configuredProxy({ context }, { text: by, gateway: url, secrets: ofProxy });
  return { context, url, credentials, proxy: found };
}

/** No connection is left that would delay the end of the program. */
const closed = (one: HttpProxy) =>
  eventually(() => (one.open() === 0 ? true : undefined), {
    everyMs: 5,
    what: 'end of all connections',
    deadlineMs: 2000,
  });

describe('Gateway behind a proxy', () => {
  test('a gateway without TLS gets pushes, removals and reads as absolute URLs through the proxy', async () => {
    const there = through(proxy.url, gateway.url);
    const before = proxy.requests.length;
    expect(await put(there, { ...call, text })).toEqual({ outcome: 'delivered', status: 200 });
    expect(await gateway.value('deployment_warning_total')).toBe(1);
    expect(await readGroup(there, call)).toMatchObject({ outcome: 'read', group: { exists: true } });
    expect(await remove(there, call)).toMatchObject({ outcome: 'delivered' });
    expect(await gateway.groups()).toEqual([]);
    const path = '/metrics/job/deploytrack/instance/a/deployment/b/environment/c';
    expect(proxy.requests.slice(before)).toEqual([
      `PUT ${gateway.url}${path}`,
      `GET ${gateway.url}/metrics`,
      `DELETE ${gateway.url}${path}`,
    ]);
    await closed(proxy);
  });

  test('a gateway with TLS is reached by a tunnel, in which the proxy can read neither credentials nor metrics', async () => {
    const there = through(proxy.url, secureUrl, { token: 'gateway-token' });
    const before = proxy.requests.length;
    expect(await put(there, { ...call, text })).toEqual({ outcome: 'delivered', status: 200 });
    expect(got.at(-1)).toEqual({ authorization: 'Bearer gateway-token', body: text });
    expect(proxy.requests.slice(before)).toEqual([`CONNECT ${new URL(secureUrl).host}`]);
    expect(proxy.headers() + proxy.tunneled()).not.toMatch(/gateway-token|deployment_warning/);
    expect(proxy.tunneled()).not.toBe('');
    await closed(proxy);
  });

  test('neither a Host header nor a path with two slashes leads a request through the proxy to another host', async () => {
    const there = through(proxy.url, `${gateway.url}//other.example`);
    const headers = { host: 'virtual.example' };
    await put({ ...there, credentials: { headers, caPem: null } }, { ...call, text });
    expect(proxy.requests.at(-1)).toBe(
      `PUT ${gateway.url}//other.example/metrics/job/deploytrack/instance/a/deployment/b/environment/c`,
    );
    await closed(proxy);
  });

  test('the certificate of a gateway is verified through the proxy', async () => {
    const { port } = new URL(secureUrl);
    const there = through(proxy.url, `https://127.0.0.1:${port}`);
    expect(await put(there, { ...call, text })).toMatchObject({
      outcome: 'failed',
      line: expect.stringMatching(/^TLS: .*altnames.* \(through the proxy http:/),
    });
    await closed(proxy);
  });

  test.each(['http', 'https'])(
    'the proxy gets its user and password for a gateway with %s',
    async (scheme) => {
      const url = scheme === 'http' ? gateway.url : secureUrl;
      const inUrl = guarded.url.replace('//', () => '//op:p%40ss%3Aw$$rd$&@');
      expect(await put(through(inUrl, url), { ...call, text })).toMatchObject({ outcome: 'delivered' });
      const separate = through(guarded.url, url, { username: 'op', password: 'p@ss:w$$rd$&' });
      expect(await put(separate, { ...call, text })).toMatchObject({ outcome: 'delivered' });
      for (const wrong of [guarded.url, guarded.url.replace('//', '//op:wr0ng-pass@')]) {
        const result = await put(through(wrong, url), { ...call, text });
        expect(result).toMatchObject({
          outcome: 'failed',
          line: `the proxy ${guarded.url} responded 407: user name or password of the proxy are missing or wrong; set DEPLOYTRACK_GATEWAY_PROXY_USERNAME and DEPLOYTRACK_GATEWAY_PROXY_PASSWORD`,
        });
      }
      await closed(guarded);
    },
  );

  test('a proxy may be reached by TLS', async () => {
    const { port } = new URL(secureUrl);
    const ofItsOwn = selfSigned({ name: '127.0.0.1' });
    const safe = await startProxy({ tls: ofItsOwn });
    for (const url of [gateway.url, `https://localhost:${port}`])
      expect(await put(through(safe.url, url), { ...call, text })).toMatchObject({
        outcome: 'failed',
        line: expect.stringMatching(/TLS: .*self-signed/),
      });
    await closed(safe);
    await safe.stop();
  });
});

/** What is reported for each fault; null: only for the other kind of gateway. */
const faults: readonly (readonly [ProxyFault, RegExp | null, RegExp | null])[] = [
  [
    'hanging',
    /^no complete response within 300 ms \(through PROXY\)$/,
    /^PROXY: no complete response within 300 ms$/,
  ],
  [
    'dripping',
    /^no complete response within 300 ms \(through PROXY\)$/,
    /^PROXY: no complete response within 300 ms$/,
  ],
  [
    'closing',
    /^the connection was (closed|reset) \(through PROXY\)$|socket hang up \(through PROXY\)$/,
    /^PROXY: the connection was closed$/,
  ],
  [
    'page',
    /^200: no Pushgateway at this address \(the response is not metrics text\) \(through PROXY\)$/,
    /\(through PROXY\)$/,
  ],
  ['bad', /^400 Bad Request \(through PROXY\)$/, /^PROXY responded 400$/],
  ['failing', /^502 Bad Gateway \(through PROXY\)$/, /^PROXY responded 502: it cannot reach the gateway$/],
  [
    'forbidding',
    /^403: not allowed with these credentials \(through PROXY\)$/,
    /^PROXY responded 403: it does not allow this gateway/,
  ],
  ['notHttp', /^the response is not (valid )?HTTP \(through PROXY\)$/, /^PROXY: the response is not HTTP$/],
  ['hangingTunnel', null, /^no complete response within 300 ms \(through PROXY\)$/],
];

test('a proxy whose password has an unencoded # is rejected instead of sending a part of the password to a name server', () => {
  const env = { http_proxy: 'http://u:12#s3cret@p:1' };
  const asked = { text: 'environment', gateway: gateway.url, secrets: {} };
  expect(() => configuredProxy({ context: { ...context, env } }, asked)).toThrow(
    /^invalid proxy "http:\/\/\*\*\*@p:1" in http_proxy; nothing was pushed$/,
  );
});

test('what a caching proxy has of the past is never taken for the state of the gateway', async () => {
  const there = through(proxy.url, gateway.url);
  const held = async () => {
    const read = await readGroup(there, call);
    return read.outcome === 'read' ? read.group.exists : read.line;
  };
  await remove(there, call);
  expect(await held()).toBe(false);
  await put(there, { ...call, text });
  proxy.become('caching');
  expect(await held()).toBe(true);
  await remove(there, call);
  proxy.become('stale');
  expect(await held()).toBe(`200: from a cache, 60 s old (through the proxy ${proxy.url})`);
});

describe('Proxy that fails', () => {
  const expected = (line: RegExp) => new RegExp(line.source.replaceAll('PROXY', `the proxy ${proxy.url}`));

  test.each(faults)(
    'a proxy that is %s fails a push in time, as a failure of the proxy',
    async (fault, plain, tunnel) => {
      proxy.become(fault);
      for (const [url, line] of [
        [gateway.url, plain],
        [secureUrl, tunnel],
      ] as const) {
        if (line === null) continue;
        const result = await put(through(proxy.url, url), { ...soon, text });
        expect(result).toMatchObject({ outcome: 'failed', line: expect.stringMatching(expected(line)) });
        const reading = await readGroup(through(proxy.url, url), { ...soon, answerTimeoutMs: 200 });
        expect(reading).toMatchObject({ outcome: 'failed', line: expect.stringContaining(proxy.url) });
      }
      await closed(proxy);
    },
  );

  test.each(['http', 'https'])(
    'a proxy that does not listen is named, for a gateway with %s',
    async (scheme) => {
      const nowhere = `http://127.0.0.1:${await freePort()}`;
      const result = await put(through(nowhere, scheme === 'http' ? gateway.url : secureUrl), {
        ...soon,
        text,
      });
      expect(result).toEqual({ outcome: 'failed', line: `the proxy ${nowhere}: connection refused` });
    },
  );

  test('a gateway that the proxy cannot reach is a failure of the proxy', async () => {
    const port = await freePort();
    expect(await put(through(proxy.url, `https://localhost:${port}`), { ...call, text })).toMatchObject({
      outcome: 'failed',
      line: `the proxy ${proxy.url} responded 502: it cannot reach the gateway`,
    });
    expect(await put(through(proxy.url, `http://localhost:${port}`), { ...call, text })).toMatchObject({
      outcome: 'failed',
      status: 502,
      line: `502 Bad Gateway (through the proxy ${proxy.url})`,
    });
    await closed(proxy);
  });

  test('a rejection by the gateway itself is a rejection through the proxy too', async () => {
    expect(await put(through(proxy.url, gateway.url), { ...call, text: 'not metrics' })).toMatchObject({
      outcome: 'refused',
      line: expect.stringMatching(/^400: text format parsing error.*\(through the proxy /),
    });
  });

  test('a password that the proxy repeats is not reported', async () => {
    const there = through(proxy.url, gateway.url, { username: 'op', password: 'repeated-word' });
    const authorization = there.proxy?.authorization ?? '';
    expect(there.proxy?.url).toBe(proxy.url);
    expect(proxy.headers()).not.toContain(authorization);
    await put(there, { ...call, text });
    expect(proxy.headers()).toContain(authorization);
  });

  test('a password that the proxy repeats in a broken response is in no message of push and doctor', async () => {
    const echo = await startRawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nno repeated-word!\r\n\r\n'));
    const there = through(echo.url, secureUrl, { username: 'op', password: 'repeated-word' });
    const pushed = await put(there, { ...call, text });
    const asked = await fetchText(there, { path: '/-/ready', mostBytes: 100 });
    const line = `the proxy ${echo.url}: the response is not valid HTTP`;
    expect([pushed, asked]).toEqual([{ outcome: 'failed', line }, { failed: line }]);
    await echo.stop();
  });
});
