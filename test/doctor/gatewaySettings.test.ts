import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { expired, selfSigned } from '../probe/certificate.ts';
import { startHttps } from '../probe/endpoint.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program } from '../support/program.ts';
import { startProxy } from '../support/proxy.ts';
import { freePort } from '../support/server.ts';
import { chosen, mend, theProblem } from './doctor.ts';

vi.setConfig({ testTimeout: 60_000 });

/** bcrypt of `test`, of the lowest cost: each request is slow otherwise. */
const hash = '$2b$04$hFrCKJDfK023sOhj6yS0QOToxjvaVm2TlPkpFc8415c6NN2uz1QWy';

let program: Program;
let gateway: Gateway;
let secured: Gateway;
/** Of the gateway with TLS and a password. */
let files: { readonly certificate: string; readonly password: string };
let right: Readonly<Record<string, string>>;

function file(name: string, text: string): string {
  const path = join(program.folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

beforeAll(async () => {
  program = newProgram();
  const { key, cert } = selfSigned({ name: '127.0.0.1' });
  files = { certificate: file('cert.pem', cert), password: file('password', 'test\n') };
  const tls = { cert_file: files.certificate, key_file: file('key.pem', key) };
  const web = { tls_server_config: tls, basic_auth_users: { operator: hash } };
  [gateway, secured] = await Promise.all([
    startGateway(),
    startGateway({ webConfigFile: file('web.json', JSON.stringify(web)) }),
  ]);
  right = {
    PUSHGATEWAY_URL: inTls(secured),
    DEPLOYTRACK_GATEWAY_CA_FILE: files.certificate,
    DEPLOYTRACK_GATEWAY_USERNAME: 'operator',
    DEPLOYTRACK_GATEWAY_PASSWORD_FILE: files.password,
  };
});
afterAll(() => Promise.all([gateway.stop(), secured.stop()]));

const inTls = ({ url }: { url: string }) => url.replace('http:', 'https:');

test('the command that doctor prints for the wrong scheme sets the other one', async () => {
  const plain = { ...right, PUSHGATEWAY_URL: secured.url };
  const speaksTls = await theProblem(program, 'gateway', { env: plain });
  expect(speaksTls.message).toMatch(/: 400: Client sent an HTTP request to an HTTPS server/);
  expect(await mend(program, speaksTls, { env: plain })).toEqual([]);
  // User and password in the URL stay, and are not shown.
  const env = { PUSHGATEWAY_URL: inTls(gateway).replace('//', '//operator:hunter2@') };
  const found = await theProblem(program, 'gateway', { env });
  expect(found.message).toMatch(/: TLS: .*wrong version number/);
  expect(JSON.stringify(found)).not.toContain('hunter2');
  expect(await mend(program, found, { env })).toEqual([]);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['a wrong password', { DEPLOYTRACK_GATEWAY_PASSWORD: 'hunter2' }, /: 401: /],
  ['no credentials', { DEPLOYTRACK_GATEWAY_USERNAME: '', DEPLOYTRACK_GATEWAY_PASSWORD_FILE: '' }, /: 401: /],
])('the command that doctor prints for %s sets those that the gateway accepts', async (_, wrong, why) => {
  const env = Object.fromEntries(Object.entries({ ...right, ...wrong }).filter(([, value]) => value !== ''));
  const found = await theProblem(program, 'gateway', { env });
  expect(found.message).toMatch(why);
  const fill = { '<user>': 'operator', '<file>': files.password };
  expect(await mend(program, chosen(found, { fill }), { env })).toEqual([]);
});

test('the commands that doctor prints for a certificate that is not trusted show it, and set its authority', async () => {
  const { DEPLOYTRACK_GATEWAY_CA_FILE: _, ...env } = right;
  const found = await theProblem(program, 'gateway', { env });
  expect(found.message).toMatch(/: TLS: self-signed certificate$/);
  const fill = { '<file>': files.certificate };
  expect(await mend(program, chosen(found, { fill }), { env })).toEqual([]);
});

test('the command that doctor prints for another name in the certificate sets the URL with that name', async () => {
  const env = { ...right, PUSHGATEWAY_URL: inTls(secured).replace('127.0.0.1', 'localhost') };
  const found = await theProblem(program, 'gateway', { env });
  expect(found.message).toMatch(/: TLS: .*altnames/);
  const fill = { '<url>': inTls(secured) };
  expect(await mend(program, chosen(found, { fill }), { env })).toEqual([]);
});

test('the command that doctor prints for an expired certificate succeeds when it was renewed', async () => {
  const [old, renewed] = [expired(), selfSigned({ name: '127.0.0.1' })];
  const pass = async (url = '') => {
    const response = await fetch(gateway.url + url);
    return { status: response.status, text: await response.text() };
  };
  const answer: Parameters<typeof startHttps>[1] = ({ url }, response) =>
    void pass(url).then(({ status, text }) => response.writeHead(status).end(text));
  const server = await startHttps(old, answer);
  const env = {
    PUSHGATEWAY_URL: `https://127.0.0.1:${server.port}`,
    DEPLOYTRACK_GATEWAY_CA_FILE: file('both.pem', old.cert + renewed.cert),
  };
  const found = await theProblem(program, 'gateway', { env });
  expect(found.message).toMatch(/: TLS: .*expired/);
  await expect(mend(program, found, { env })).rejects.toThrow('expired');
  await server.close();
  await startHttps(renewed, answer, { port: server.port });
  expect(await mend(program, chosen(found, {}), { env })).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ['an authority', { DEPLOYTRACK_GATEWAY_CA: 'not PEM' }],
  ['headers', { DEPLOYTRACK_GATEWAY_HEADERS: 'no colon' }],
  ['a token', { DEPLOYTRACK_GATEWAY_TOKEN: 'a\u20acb' }],
])('the command that doctor prints for %s that cannot be sent unsets it', async (_, wrong) => {
  const env = { PUSHGATEWAY_URL: gateway.url, ...wrong };
  const found = await theProblem(program, 'gateway', { env });
  expect(found.message).toMatch(/^gateway credentials: /);
  expect(await mend(program, found, { env })).toEqual([]);
});

test('the commands that doctor prints for a proxy that is wrong, closed to us or out of order correct it', async () => {
  const proxy = await startProxy({ login: 'op:test' });
  onTestFinished(() => proxy.stop());
  const full = proxy.url.replace('//', '//op:test@');
  const wrong = {
    PUSHGATEWAY_URL: gateway.url,
    DEPLOYTRACK_GATEWAY_PROXY: 'environment',
    http_proxy: 'socks5://127.0.0.1:1',
  };
  const invalid = await theProblem(program, 'gateway', { env: wrong });
  expect(invalid.message).toMatch(/^invalid proxy .* in http_proxy/);
  expect(await mend(program, chosen(invalid, { fill: { '<url>': full } }), { env: wrong })).toEqual([]);
  const env = { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_GATEWAY_PROXY: proxy.url };
  const closed = await theProblem(program, 'gateway', { env });
  expect(closed.message).toMatch(/: the proxy \S+ responded 407: /);
  const fill = { '<user>': 'op', '<file>': files.password };
  expect(await mend(program, chosen(closed, { fill }), { env })).toEqual([]);
  const known = {
    ...env,
    DEPLOYTRACK_GATEWAY_PROXY_USERNAME: 'op',
    DEPLOYTRACK_GATEWAY_PROXY_PASSWORD_FILE: files.password,
  };
  const down = { ...known, DEPLOYTRACK_GATEWAY_PROXY: `http://127.0.0.1:${await freePort()}` };
  const refused = await theProblem(program, 'gateway', { env: down });
  expect(refused.message).toMatch(/: the proxy \S+: connection refused$/);
  const succeeds = chosen(refused, { at: [1] });
  await expect(mend(program, succeeds, { env: down })).rejects.toThrow('curl');
  const corrected = chosen(refused, { at: [0, 1], fill: { '<url>': proxy.url } });
  expect(await mend(program, corrected, { env: down })).toEqual([]);
  expect(proxy.requests.at(-1)).toMatch(/^GET http:/);
});
