import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { selfSigned } from '../probe/certificate.ts';
import { answering, startHttp } from '../probe/endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultyGateway, startFaultyGateway } from '../support/faultyGateway.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';
import { chosen, mend, problemsOf, theProblem } from './doctor.ts';
import { startFrontOf } from './gatewayFront.ts';

let gateway: Gateway;
let faulty: FaultyGateway;
let pushed: Program;

beforeAll(async () => {
  gateway = await startGateway();
  faulty = await startFaultyGateway(gateway);
  pushed = await deployed(faulty.url, 'pushed');
});
afterAll(async () => {
  await faulty.stop();
  await gateway.stop();
});

/** A program with one group, pushed to this gateway if it accepts it. */
async function deployed(url: string, name: string, env: Record<string, string> = {}): Promise<Program> {
  const program = newProgram({ env: { PUSHGATEWAY_URL: url, DEPLOYTRACK_INSTANCE: 'web-1', ...env } });
  await program.run(['init', '--deployment', name]);
  return program;
}

/** Pushes a text to a gateway, as another client would; returns the status. */
async function push({ url }: { url: string }, path: string, text: string): Promise<number> {
  const response = await fetch(`${url}/metrics/${path}`, { method: 'PUT', body: text });
  await response.arrayBuffer();
  return response.status;
}

describe('Gateway that cannot be read', () => {
  test.each([
    ['refusing', /: connection refused$/],
    ['hanging', /: no complete response within 2000 ms$/],
    ['failing', /: 500: no memory!$/],
  ] as const)(
    'doctor reports a gateway that is %s, and the command that succeeds later',
    async (fault, why) => {
      await faulty.become(fault);
      onTestFinished(() => faulty.become('none'));
      const found = await theProblem(pushed, 'gateway');
      expect(found.message).toMatch(why);
      const all = chosen(found, {});
      // curl itself waits without a limit.
      if (fault !== 'hanging') await expect(mend(pushed, all)).rejects.toThrow('curl');
      await faulty.become('none');
      expect(await mend(pushed, all)).toEqual([]);
    },
  );

  test('doctor reports a gateway that moved, and its command sets the new URL', async () => {
    await faulty.become('moved');
    onTestFinished(() => faulty.become('none'));
    const found = await theProblem(pushed, 'gateway');
    expect(found.message).toMatch(/: 301: redirected to http:\/\/127\.0\.0\.1:9\/, which is not followed/);
    expect(await mend(pushed, chosen(found, { fill: { '<url>': gateway.url } }))).toEqual([]);
  });

  test('doctor reports a host name that does not exist', async () => {
    const env = { PUSHGATEWAY_URL: 'http://gateway..internal:9091' };
    const found = await theProblem(pushed, 'gateway', { env });
    expect(found.message).toMatch(/: the host name is unknown$/);
    expect(found.command).toBe('getent hosts gateway..internal');
    const corrected = chosen(found, { at: [1, 2], fill: { '<url>': faulty.url } });
    expect(await mend(pushed, corrected, { env })).toEqual([]);
  });

  test.each([
    ['an HTML page', '<!doctype html><title>Sign in</title>', 200, /200: no Pushgateway at this address/],
    ['JSON', { status: 'up' }, 200, /200: no Pushgateway at this address/],
    ['404', 'not found', 404, /404: no Pushgateway at this address \(is a base path missing\?\)/],
  ])('doctor reports a server that responds with %s', async (_, body, status, why) => {
    const { port } = await startHttp(answering(body, status));
    const url = `http://127.0.0.1:${port}`;
    const env = { PUSHGATEWAY_URL: url };
    const found = await theProblem(pushed, 'gateway', { env });
    expect(found.message).toMatch(why);
    expect(found.command).toBe(`curl -fsS ${url}/metrics`);
    const corrected = chosen(found, { at: [1, 2], fill: { '<url>': faulty.url } });
    expect(await mend(pushed, corrected, { env })).toEqual([]);
  });

  test('doctor reports the wrong scheme, the wrong authority and missing credentials', async () => {
    const program = newProgram();
    const { key, cert } = selfSigned({ name: '127.0.0.1' });
    const file = (name: string, text: string) => {
      writeFileSync(join(program.folder, name), text);
      return join(program.folder, name);
    };
    const tls = { cert_file: file('cert.pem', cert), key_file: file('key.pem', key) };
    // bcrypt of `test`, of the lowest cost: each request is slow otherwise.
    const hash = '$2b$04$hFrCKJDfK023sOhj6yS0QOToxjvaVm2TlPkpFc8415c6NN2uz1QWy';
    const web = { tls_server_config: tls, basic_auth_users: { operator: hash } };
    const secured = await startGateway({ webConfigFile: file('web.json', JSON.stringify(web)) });
    onTestFinished(() => secured.stop());
    const url = secured.url.replace('http:', 'https:');
    const problem = async (env: Record<string, string>) => {
      const { message, fix } = await theProblem(program, 'gateway', { env });
      return `${message} -> ${fix}`;
    };
    expect(await problem({ PUSHGATEWAY_URL: secured.url })).toMatch(
      /: 400: Client sent an HTTP .* -> use https:\/\/ in/,
    );
    expect(await problem({ PUSHGATEWAY_URL: gateway.url.replace('http:', 'https:') })).toMatch(
      /: TLS: .*wrong version number.* -> use http:\/\/ in/,
    );
    expect(await problem({ PUSHGATEWAY_URL: url })).toMatch(
      /: TLS: self-signed certificate -> set DEPLOYTRACK_GATEWAY_CA_FILE to .* `openssl s_client -connect 127\.0\.0\.1:\d+ /,
    );
    const trusted = { PUSHGATEWAY_URL: url, DEPLOYTRACK_GATEWAY_CA_FILE: tls.cert_file };
    const refused = /: 401: .* -> set DEPLOYTRACK_GATEWAY_USERNAME and DEPLOYTRACK_GATEWAY_PASSWORD_FILE, /;
    expect(await problem(trusted)).toMatch(refused);
    expect(await problem({ ...trusted, PUSHGATEWAY_URL: url.replace('//', '//operator:hunter2@') })).toMatch(
      refused,
    );
    const env = {
      ...trusted,
      DEPLOYTRACK_GATEWAY_USERNAME: 'operator',
      DEPLOYTRACK_GATEWAY_PASSWORD_FILE: file('password', 'test\n'),
    };
    expect(await problemsOf(program, { env })).toEqual([]);
    // The command that removes a group has the same credentials, and does not show them.
    const auth = `Basic ${Buffer.from('operator:test').toString('base64')}`;
    const put = ['-X', 'PUT', '-H', `Authorization: ${auth}`, '--data-binary', 'deployment_total 1\n'];
    await mend(program, curl(...put, '--cacert', tls.cert_file, `${url}/metrics/job/evil`));
    const clash = await theProblem(program, 'gateway', { env });
    expect(clash.fix).not.toMatch(/operator|"test/);
    await mend(program, clash, { env });
    expect(await problemsOf(program, { env })).toEqual([]);
  });
});

function curl(...words: readonly string[]) {
  const command = ['curl', '-fsS', ...words].map((word) => `'${word}'`).join(' ');
  return { check: '', state: 'wrong', message: '', meaning: null, fix: null, command } as const;
}

describe('Gateway that responds', () => {
  test('doctor reports a gateway that is not ready', async () => {
    const changes: { readyStatus?: number } = { readyStatus: 503 };
    const url = await startFrontOf(gateway, changes);
    const program = await deployed(url, 'unready');
    const found = await theProblem(program, 'gateway');
    expect(found.message).toMatch(/is not ready: 503 at \/-\/ready$/);
    await expect(mend(program, found)).rejects.toThrow('503');
    delete changes.readyStatus;
    await mend(program, found);
    expect(await problemsOf(program)).toEqual([]);
  });

  test('doctor reports a gateway that is too slow for a mark, and a time that is enough', async () => {
    await faulty.become('slow');
    onTestFinished(() => faulty.become('none'));
    const env = { DEPLOYTRACK_GATEWAY_TIMEOUT: '100ms' };
    const found = await theProblem(pushed, 'gateway', { env });
    expect(found.message).toMatch(/takes \d+ ms for a small request; a mark waits 100 ms$/);
    expect(await mend(pushed, found, { env })).toEqual([]);
  });

  test('doctor reports a clock that differs by more than 30 seconds, and not by less', async () => {
    const changes = { clockMs: 120_000 };
    const url = await startFrontOf(gateway, changes);
    const program = await deployed(url, 'skewed');
    const found = await theProblem(program, 'clock-skew');
    expect(found.message).toMatch(/^the clock of this host is 1(19|20|21) s behind that of the gateway http/);
    expect(found.command).toBe('timedatectl set-ntp true');
    changes.clockMs = -120_000;
    expect((await theProblem(program, 'clock-skew')).message).toMatch(/ s ahead of that of the gateway/);
    changes.clockMs = 25_000;
    expect(await problemsOf(program)).toEqual([]);
  });
});

describe('Groups of other programs', () => {
  let empty: Gateway;
  beforeAll(async () => {
    empty = await startGateway();
  });
  afterAll(() => empty.stop());

  test('doctor reports a group whose label is not UTF-8, and the command that removes it', async () => {
    expect(await push(gateway, 'job/backup/instance/%ffb', 'x 1\n')).toBe(400);
    expect(await push(gateway, 'job/other/instance/%fe%22%0a', 'x 1\n')).toBe(400);
    const found = await theProblem(pushed, 'gateway');
    expect(found.message).toMatch(
      /holds the group \{.*\}, which has a label that is not UTF-8, and 1 more of the kind$/,
    );
    expect(found.meaning).toContain('rejects every push of every host');
    await mend(pushed, found);
    expect(await problemsOf(pushed)).toEqual([]);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(200);
  });

  test('doctor reports groups with metrics of ours in another type, and the command that removes them all', async () => {
    expect(await push(empty, 'job/a/team/a%20b', '# TYPE deployment_total gauge\ndeployment_total 1\n')).toBe(
      200,
    );
    // The value is /"`'
    expect(
      await push(empty, 'job/b/at@base64/LyJgJw', '# TYPE deployment_total gauge\ndeployment_total 1\n'),
    ).toBe(200);
    expect(await push(empty, 'job/c', 'deployment_stage_duration_seconds_count 1\n')).toBe(200);
    const program = await deployed(empty.url, 'clash');
    const found = await theProblem(program, 'gateway');
    expect(found.message).toMatch(
      /holds the group \{job="\w".*\}, which has deployment_\w+ as \w+; deploytrack pushes it as .*, and 2 more of the kind$/,
    );
    await mend(program, found);
    expect(await problemsOf(program)).toEqual([]);
    expect(await empty.group({ instance: 'web-1', deployment: 'clash' })).toBeDefined();
    await program.quiet(['push', '--delete']);
  });

  test('doctor reports a group with fewer labels that has the series of ours', async () => {
    const series = 'deployment_total{deployment="app",environment="production",status="success"} 1';
    const text = `# TYPE deployment_total counter\n${series}\n`;
    expect(await push(empty, 'job/deploytrack/instance/web-1', text)).toBe(200);
    const program = await deployed(empty.url, 'app');
    const found = await theProblem(program, 'gateway');
    expect(found.message).toMatch(
      /holds the group \{job="deploytrack", instance="web-1"\}, which has deployment_total with the labels of a group of this ledger$/,
    );
    await mend(program, found);
    expect(await problemsOf(program)).toEqual([]);
  });

  test('doctor reports contradictions that a gateway without its consistency check accepts', async () => {
    const trusting = await startGateway({ args: ['--push.disable-consistency-check'] });
    onTestFinished(() => trusting.stop());
    const program = await deployed(trusting.url, 'any');
    await push(trusting, 'job/a', '# TYPE foo gauge\nfoo 1\n');
    await push(trusting, 'job/b', '# TYPE foo gauge\nfoo 1\n');
    await push(trusting, 'job/c', '# TYPE foo counter\nfoo 1\n');
    const found = await theProblem(program, 'gateway');
    expect(found.message).toMatch(/the group \{job="c"\}, which has foo as counter, unlike other groups$/);
    await mend(program, found);
    expect(await problemsOf(program)).toEqual([]);
    // Now both have the same series: nothing says which of them is wrong.
    await push(trusting, 'job/d/instance/e', 'bar 1\n');
    await push(trusting, 'job/d', 'bar{instance="e"} 1\n');
    const alike = await theProblem(program, 'gateway');
    expect(alike.message).toMatch(/^the metrics of the gateway \S+ contradict each other: /);
    expect(await mend(program, chosen(alike, { fill: { '<job>': 'd' } }))).toEqual([]);
    expect((await trusting.groups()).map(({ labels }) => labels.job)).toContain('d');
  });
});

test('SIGTERM ends doctor at once while gateway, Prometheus and health endpoint hang', async () => {
  await faulty.become('hanging');
  onTestFinished(() => faulty.become('none'));
  const before = faulty.requests.length;
  const child = pushed.spawn(['doctor', '--prometheus', faulty.url, '--health', faulty.url]);
  const ended = endOf(child);
  await eventually(() => (faulty.requests.length > before ? true : undefined), { what: 'request' });
  const beganMs = performance.now();
  child.kill('SIGTERM');
  expect((await ended).signal).toBe('SIGTERM');
  // The gateway alone would have been waited for twice as long.
  expect(performance.now() - beganMs).toBeLessThan(1000);
});
