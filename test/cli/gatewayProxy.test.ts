import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { type HttpProxy, startProxy } from '../support/proxy.ts';
import { freePort } from '../support/server.ts';
import { forgetBackOff } from './backOff.ts';

const login = 'op:s3cret-of-proxy';
let gateway: Gateway;
let proxy: HttpProxy;
let program: Program;
/** The proxy with its user and password in the URL. */
let full: string;

beforeAll(async () => {
  [gateway, proxy] = await Promise.all([startGateway(), startProxy({ login })]);
  full = proxy.url.replace('//', `//${login}@`);
  const env = {
    PUSHGATEWAY_URL: gateway.url,
    DEPLOYTRACK_GATEWAY_PROXY: full,
    DEPLOYTRACK_ID: 'd',
    DEPLOYTRACK_GATEWAY_TIMEOUT: '2s',
  };
  program = newProgram({ env });
  await startDeployment(program, '--id', 'd');
});
afterEach(() => proxy.become('none'));
afterAll(() => Promise.all([gateway.stop(), proxy.stop()]));

const events = () => gateway.value('deploytrack_ledger_events_total');

describe('Gateway behind a proxy', () => {
  test('start and marks push through the proxy, and DEBUG does not print its password', async () => {
    expect(proxy.requests.map((line) => line.split(/ |(?<=:\d+)\//)[0])).toEqual(['GET', 'PUT']);
    const before = (await events()) ?? 0;
    const end = await program.run(['phase', 'run', 'a', '--', 'true'], { env: { DEBUG: '*' } });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(await events()).toBeGreaterThan(before);
    expect(proxy.requests.at(-1)).toMatch(/^PUT http:/);
  });

  test('a proxy that hangs costs a mark its budget and one warning; the next marks leave the gateway alone', async () => {
    proxy.become('hanging');
    const env = { DEPLOYTRACK_GATEWAY_TIMEOUT: '700ms' };
    const first = await program.run(['phase', 'run', 'b', '--', 'sh', '-c', 'exit 3'], { env });
    expect(first.code).toBe(3);
    expect(first.stderr).toContain(`no complete response within`);
    expect(first.stderr).toContain(`(through the proxy ${proxy.url})`);
    const asked = proxy.requests.length;
    expect(await program.run(['phase', 'run', 'c', '--', 'true'], { env })).toMatchObject({ stderr: '' });
    expect(proxy.requests.length).toBe(asked);
    proxy.become('none');
    await program.quiet(['push']);
    expect(await events()).toBe(program.rows('SELECT max(seq) AS n FROM groups')[0]?.n ?? 0);
  });

  test('the password of the proxy is in no output, not in the ledger, and not in doctor', async () => {
    const wrong = proxy.url.replace('//', '//op:not-this-one@');
    forgetBackOff(program.ledger);
    const { stderr } = await program.run(['phase', 'run', 'e', '--gateway-proxy', wrong, '--', 'true']);
    expect(stderr).toContain(`the proxy ${proxy.url} responded 407: `);
    const doctor = await program.run(['doctor']);
    expect(doctor.stdout).toMatch(
      new RegExp(`^gateway-proxy +${proxy.url} +DEPLOYTRACK_GATEWAY_PROXY$`, 'm'),
    );
    const shown = await program.run(['show', 'd', '--json']);
    const ledger = program.rows('SELECT * FROM gateways').concat(program.rows('SELECT * FROM warnings'));
    expect(JSON.stringify(ledger)).toContain('responded 407');
    expect(stderr + doctor.stdout + doctor.stderr + shown.stdout + JSON.stringify(ledger)).not.toMatch(
      /not-this-one|s3cret-of-proxy/,
    );
    forgetBackOff(program.ledger);
  });

  test('the general variables are used only with the value environment, and an empty option means no proxy', async () => {
    const asked = () => proxy.requests.length;
    const own = { DEPLOYTRACK_GATEWAY_PROXY: undefined, http_proxy: full };
    const before = asked();
    await program.quiet(['push'], { env: own });
    expect(asked()).toBe(before);
    await program.quiet(['push', '--gateway-proxy', 'environment'], { env: own });
    expect(asked()).toBeGreaterThan(before);
    const after = asked();
    await program.quiet(['push', '--gateway-proxy='], { env: own });
    await program.quiet(['push', '--gateway-proxy=environment'], {
      env: { ...own, no_proxy: '127.0.0.0/8' },
    });
    expect(asked()).toBe(after);
    const socks = { DEPLOYTRACK_GATEWAY_PROXY: 'environment', all_proxy: 'socks5://u:pw-of-socks@p:1' };
    const end = await program.run(['push'], { env: socks });
    expect(end).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('in all_proxy; nothing was pushed'),
    });
    expect(end.stderr).not.toContain('pw-of-socks');
  });

  test('the settings file may name the proxy, and a file its password', async () => {
    writeFileSync(join(program.folder, 'deploytrack.yaml'), `gateway-proxy: ${proxy.url}\n`);
    writeFileSync(join(program.folder, 'password'), 's3cret-of-proxy\n');
    const env = {
      DEPLOYTRACK_GATEWAY_PROXY: undefined,
      DEPLOYTRACK_GATEWAY_PROXY_USERNAME: 'op',
      DEPLOYTRACK_GATEWAY_PROXY_PASSWORD_FILE: 'password',
    };
    const before = proxy.requests.length;
    await program.quiet(['push'], { env });
    expect(proxy.requests.length).toBeGreaterThan(before);
  });

  test('a mark with an invalid proxy does not contact the gateway directly, and says that nothing is pushed', async () => {
    const before = await events();
    const env = { DEPLOYTRACK_GATEWAY_PROXY: 'proxy:3128' };
    const mark = await program.run(['finish', '--wait', '60s'], { env });
    expect(mark.stderr).toContain('expected http://host:3128 or environment; nothing is pushed\n');
    expect(await events()).toBe(before);
    expect(program.rows('SELECT max(seq) AS n FROM groups')[0]?.n).toBeGreaterThan(Number(before));
    await program.quiet(['push']);
  });

  test('doctor says how to fix the proxy instead of the gateway, and its curl uses the same proxy', async () => {
    const wrong = async (env: Record<string, string>) => {
      const { stdout } = await program.run(['doctor', '--json'], { env });
      const { findings } = JSON.parse(stdout) as {
        findings: { check: string; state: string; fix: string }[];
      };
      return findings.filter(({ state }) => state === 'wrong');
    };
    const fixOf = async (env: Record<string, string>) =>
      (await wrong(env)).find(({ check }) => check === 'gateway')?.fix;
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const ready = `\`curl -fsS -x "$DEPLOYTRACK_GATEWAY_PROXY" ${gateway.url}/-/ready\``;
    expect(await fixOf({ DEPLOYTRACK_GATEWAY_PROXY: nowhere.replace('//', '//u:p@') })).toContain(
      `start the proxy, or correct it with \`export DEPLOYTRACK_GATEWAY_PROXY=<url>\`; ${ready} succeeds`,
    );
    expect(await fixOf({ DEPLOYTRACK_GATEWAY_PROXY: proxy.url })).toMatch(
      /^set user and password of the proxy: run `export DEPLOYTRACK_GATEWAY_PROXY_USERNAME=<user> /,
    );
    const ofInvalid = (await wrong({ DEPLOYTRACK_GATEWAY_PROXY: 'proxy:3128' })).map(({ check }) => check);
    expect(ofInvalid.filter((check) => /settings|gateway/.test(check))).toEqual(['settings']);
  });

  test.each(['socks5://u:pw-of-socks@p:1', 'http://u:pw-of-socks@p:1/path'])(
    'the value %s is a warning for a mark and a usage error for push, without its password',
    async (value) => {
      const env = { DEPLOYTRACK_GATEWAY_PROXY: value };
      const mark = await program.run(['phase', 'run', 'f', '--', 'true'], { env });
      expect(mark.code).toBe(0);
      expect(mark.stderr.match(/proxy/gi)).toHaveLength(1);
      expect(mark.stderr).toContain(
        'for DEPLOYTRACK_GATEWAY_PROXY; expected http://host:3128 or environment',
      );
      const push = await program.run(['push'], { env });
      expect(push).toMatchObject({ code: 2, stdout: '' });
      expect(mark.stderr + push.stderr).not.toContain('pw-of-socks');
    },
  );
});
