import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import { type CredentialSettings, credentials } from '../../src/push/gateway/credentials.ts';
import { gatewayAddress } from '../../src/push/gateway/gatewayAddress.ts';
import { put, readGroup, remove } from '../../src/push/gateway/pushgateway.ts';
import { selfSigned } from '../probe/certificate.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

/** bcrypt of `test`. */
const passwordHash = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';
const text = '# TYPE deployment_warning_total counter\ndeployment_warning_total 1\n';
const call = { key: { instance: 'a', deployment: 'b', environment: 'c' }, timeoutMs: 10_000 };

let folder: string;
let caPem: string;
let gateway: Gateway;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secured-'));
  const [keyFile, certificate, config] = ['key.pem', 'cert.pem', 'web.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...[
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      keyFile,
      '-out',
      certificate,
    ],
  ]);
  expect(made.status).toBe(0);
  caPem = readFileSync(certificate, 'utf8');
  const tls = { cert_file: certificate, key_file: keyFile };
  writeFileSync(
    config,
    JSON.stringify({ tls_server_config: tls, basic_auth_users: { operator: passwordHash } }),
  );
  gateway = await startGateway({ webConfigFile: config });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const to = (host: string, settings: CredentialSettings) => {
  const { url, userinfo } = gatewayAddress(`https://${host}:${gateway.port}/`);
  return { url, credentials: credentials(settings, userinfo), context: processContext() };
};

test('a gateway with TLS and a password accepts a push with both', async () => {
  const there = to('127.0.0.1', { username: 'operator', password: 'test', caPem });
  expect(await put(there, { ...call, text })).toEqual({ outcome: 'delivered', status: 200 });
  expect(await readGroup(there, call)).toMatchObject({ outcome: 'read', group: { exists: true } });
});

test('user and password may be part of the address', async () => {
  expect(await put(to('operator:test@127.0.0.1', { caPem }), { ...call, text })).toMatchObject({
    outcome: 'delivered',
  });
});

test.each([{}, { username: 'operator', password: 'secret' }, { token: 'secret' }])(
  'a push with the credentials %j reports that they are missing or wrong',
  async (settings) => {
    expect(await put(to('127.0.0.1', { ...settings, caPem }), { ...call, text })).toEqual({
      outcome: 'failed',
      status: 401,
      line: '401: user name, password or token are missing or wrong',
    });
  },
);

test('an unknown certificate is a failure with a message', async () => {
  const there = to('127.0.0.1', { username: 'operator', password: 'test' });
  expect(await put(there, { ...call, text })).toEqual({
    outcome: 'failed',
    line: expect.stringMatching(/^TLS: self-signed certificate/),
  });
});

test('a certificate for another name is a failure with a message', async () => {
  const result = await put(to('localhost', { caPem }), { ...call, text });
  expect(result).toMatchObject({ outcome: 'failed', line: expect.stringMatching(/^TLS: .*localhost/) });
});

test('an invalid certificate authority is a failure with a message', async () => {
  const broken = '-----BEGIN CERTIFICATE-----\nnot base64\n-----END CERTIFICATE-----';
  const result = await put(to('127.0.0.1', { caPem: broken }), { ...call, text });
  expect(result).toMatchObject({ outcome: 'failed', line: expect.stringMatching(/^TLS: /) });
});

test('plain HTTP to a TLS gateway is a failure with a message', async () => {
  const plain = {
    url: `http://127.0.0.1:${gateway.port}`,
    credentials: credentials({}),
    context: processContext(),
  };
  expect(await put(plain, { ...call, text })).toMatchObject({
    outcome: 'refused',
    line: '400: Client sent an HTTP request to an HTTPS server.',
  });
});

test.each([301, 302, 303, 307, 308])(
  'a redirect (%d) of a TLS gateway counts neither as a push nor as a removal',
  async (status) => {
    const { key, cert } = selfSigned({ name: '127.0.0.1' });
    const server = createServer({ key, cert }, (request, response) => {
      request.resume().on('end', () => response.writeHead(status, { location: 'https://elsewhere/' }).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const target = {
      url: `https://127.0.0.1:${port}`,
      credentials: { headers: {}, caPem: cert },
      context: processContext(),
    };
    const line = expect.stringMatching(`^${status}: redirected to https://elsewhere/`);
    expect(await put(target, { ...call, text })).toMatchObject({ outcome: 'failed', status, line });
    expect(await remove(target, call)).toMatchObject({ outcome: 'failed', status, line });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  },
);

test('only 400 of a TLS gateway is a rejection, and a sign-in page of status 200 is a failure', async () => {
  const { key, cert } = selfSigned({ name: '127.0.0.1' });
  let [status, body] = [400, 'bad metric'];
  const server = createServer({ key, cert }, (request, response) => {
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'text/html' }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const target = {
    url: `https://127.0.0.1:${port}`,
    credentials: { headers: {}, caPem: cert },
    context: processContext(),
  };
  expect(await put(target, { ...call, text })).toMatchObject({ outcome: 'refused', status: 400 });
  for (const other of [404, 413, 503]) {
    status = other;
    expect(await put(target, { ...call, text })).toMatchObject({ outcome: 'failed', status });
  }
  [status, body] = [200, '<!doctype html>'];
  expect(await put(target, { ...call, text })).toMatchObject({ outcome: 'failed', status: 200 });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a redirect of a gateway without TLS does not count as a removal', async () => {
  const server = createPlainServer((_, response) => response.writeHead(307, { location: '/login' }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const target = {
    url: `http://127.0.0.1:${port}`,
    credentials: { headers: {}, caPem: null },
    context: processContext(),
  };
  expect(await remove(target, call)).toMatchObject({ outcome: 'failed', status: 307 });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
