import { readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { selfSigned } from '../probe/certificate.ts';
import { answering, startHttp, startHttps } from '../probe/endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultyGateway, startFaultyGateway } from '../support/faultyGateway.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program } from '../support/program.ts';
import { type ConfiguredPrometheus, startConfiguredPrometheus } from './configuredPrometheus.ts';
import { chosen, type Found, findingsOf, mend, problemsOf, theProblem } from './doctor.ts';

vi.setConfig({ testTimeout: 420_000 });

let gateway: Gateway;
/** The address that Prometheus scrapes. */
let front: FaultyGateway;
let server: ConfiguredPrometheus;
let program: Program;
let how: { words: readonly string[] };

beforeAll(async () => {
  [gateway, server] = await Promise.all([startGateway(), startConfiguredPrometheus('45d')]);
  front = await startFaultyGateway(gateway);
  program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_INSTANCE: 'web-1' } });
  expect((await program.run(['init', '--deployment', 'app'])).code).toBe(0);
  expect((await program.run(['rules', '--out', server.rulesFolder])).code).toBe(0);
  server.configure(job());
  expect(await server.reload()).toBe(200);
  how = { words: ['--prometheus', server.url] };
});
afterAll(async () => {
  await server.stop();
  await front.stop();
  await gateway.stop();
});

/** The job as the documents describe it, with changes. */
function job(changes: Readonly<Record<string, unknown>> = {}) {
  const targets = [{ targets: [new URL(front.url).host] }];
  return { honor_labels: true, static_configs: targets, ...changes };
}

describe('doctor --prometheus', () => {
  test('doctor reports a retention below 30 days, and nothing after a restart with the option that it names', async () => {
    await server.restart('15d');
    const found = await theProblem(program, 'prometheus', how);
    expect(found.message).toMatch(/ keeps samples for 15d only; dashboards and alerts look back 30d$/);
    const [, value = ''] = /--storage\.tsdb\.retention\.time=(\w+)/.exec(found.fix ?? '') ?? [];
    await server.restart(value);
    await mend(program, found);
    const findings = await findingsOf(program, how);
    expect(findings.filter(({ state }) => state === 'wrong')).toEqual([]);
    expect(findings.map(({ message }) => message)).toContain(
      `the Prometheus ${server.url} is set up for deploytrack`,
    );
  });

  test.each([
    [
      'a job without honor_labels',
      { honor_labels: false },
      /^honor_labels: true is missing in the job "pushgateway"/,
    ],
    ['a job that scrapes every 2 minutes', { scrape_interval: '2m' }, / scrapes only every 2m$/],
    ['no job for the gateway', null, /^no job of the Prometheus .* scrapes the gateway /],
  ])(
    'doctor reports %s, and nothing after the change and the reload that it prints',
    async (_, changes, message) => {
      server.configure(changes === null ? null : job(changes));
      expect(await server.reload()).toBe(200);
      // The series that it has already vanish when its job is gone.
      const found = await eventually(() => theProblem(program, 'prometheus', how), {
        what: 'finding',
        deadlineMs: 360_000,
      });
      expect(found.message).toMatch(message);
      server.configure(job());
      await mend(program, found);
      expect(await problemsOf(program, how)).toEqual([]);
    },
  );

  test('doctor reports a target that is down, with the error of the scrape', async () => {
    await front.become('refusing');
    const found = await eventually(() => theProblem(program, 'prometheus', how), {
      what: 'target that is down',
      deadlineMs: 360_000,
    });
    expect(found.message).toMatch(
      new RegExp(`^the target ${front.url}/metrics of the job "pushgateway" is down: .*connection refused$`),
    );
    await expect(mend(program, found)).rejects.toThrow('onnect');
    await front.become('none');
    await mend(program, found);
    await eventually(async () => ((await problemsOf(program, how)).length === 0 ? true : undefined), {
      what: 'target that is up',
      deadlineMs: 360_000,
    });
  });

  test('doctor reports a group that Prometheus drops although it scrapes the gateway', async () => {
    const drop = { source_labels: ['__name__'], regex: 'deploytrack_ledger_info', action: 'drop' };
    server.configure(job({ metric_relabel_configs: [drop] }));
    expect(await server.reload()).toBe(200);
    const found = await eventually(() => theProblem(program, 'prometheus', how), {
      what: 'missing group',
      deadlineMs: 360_000,
    });
    expect(found.message).toMatch(/^app\/production on web-1 is on the gateway, but not in the Prometheus /);
    server.configure(job());
    await mend(program, found);
    expect(await problemsOf(program, how)).toEqual([]);
  });

  test('doctor accepts other thresholds, and reports rules that are older or missing', async () => {
    const chosen = ['--set', 'HighDowntime=60s', '--environment', 'staging'];
    expect((await program.run(['rules', '--out', server.rulesFolder, ...chosen])).code).toBe(0);
    expect(await server.reload()).toBe(200);
    expect(await problemsOf(program, how)).toEqual([]);
    const file = join(server.rulesFolder, 'alerts.yml');
    const rules = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      rules
        .replaceAll('deployment_health_verification_total', 'health_verification_total')
        .replace('alert: PushgatewayDown', 'alert: Other'),
    );
    expect(await server.reload()).toBe(200);
    const found = await theProblem(program, 'prometheus', how);
    expect(found.message).toMatch(
      /: 1 of \d+ are missing \(PushgatewayDown\), \d+ differ from this version \(.*FailedHealthChecks.*\)$/,
    );
    await mend(program, found);
    expect(await problemsOf(program, how)).toEqual([]);
  });

  test('doctor reports a configuration that could not be loaded', async () => {
    server.damage();
    expect(await server.reload()).toBe(500);
    const found = await theProblem(program, 'prometheus', how);
    expect(found.message).toMatch(/ could not load its configuration; it uses the one of 20/);
    await expect(mend(program, found)).rejects.toThrow('FAILED');
    server.configure(job());
    await mend(program, found);
    expect(await server.reload()).toBe(200);
    expect(await problemsOf(program, how)).toEqual([]);
  });
});

describe('Prometheus that cannot be read', () => {
  /** A server in front of the Prometheus, which a test can change. */
  const before: { status: number; login: string | null } = { status: 200, login: null };
  const passOn: RequestListener = ({ url = '', headers }, response) => {
    const { status, login } = before;
    const wanted = login === null ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    if (status !== 200) response.writeHead(status).end();
    else if (wanted !== undefined && headers.authorization !== wanted) response.writeHead(401).end();
    else
      void fetch(server.url + url).then(async (answer) =>
        response.writeHead(answer.status).end(await answer.text()),
      );
  };

  async function seen(url: string, env: Record<string, string> = {}): Promise<Found> {
    const found = await theProblem(program, 'prometheus', { words: ['--prometheus', url], env });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    return found;
  }

  test('doctor reports one that refuses, fails or is not ready, and the command that succeeds later', async () => {
    const refusing = await startFaultyGateway(server);
    await refusing.become('refusing');
    const refused = await seen(refusing.url.replace('//', '//u:hunter2@'));
    expect(`${refused.message} -> ${refused.fix}`).toMatch(/: connection refused -> start it, /);
    await expect(mend(program, refused)).rejects.toThrow('onnect');
    await refusing.become('none');
    expect(await mend(program, refused, { words: ['--prometheus', refusing.url] })).toEqual([]);
    await refusing.stop();
    const { port } = await startHttp(passOn);
    const url = `http://127.0.0.1:${port}`;
    for (const [status, fix] of [
      [503, /^wait until it has read its data; /],
      [500, /^check the server, /],
    ] as const) {
      before.status = status;
      const found = await seen(url);
      expect(found.fix).toMatch(fix);
      await expect(mend(program, found)).rejects.toThrow(`${status}`);
      before.status = 200;
      expect(await mend(program, found, { words: ['--prometheus', url] })).toEqual([]);
    }
  });

  test('doctor reports a URL of something else, and the command with the right one', async () => {
    const page = await startHttp(answering('<html>'));
    const fill = { '<url>': server.url };
    const cases: [url: string, said: RegExp, at: number[]][] = [
      [gateway.url, /: 404: no Prometheus at this address .* -> give the URL of a /, [0]],
      [`http://127.0.0.1:${page.port}`, /: 200: no Prometheus at this address/, [0]],
      ['http://prometheus..internal:9090', /: the host name is unknown -> add the host name to DNS/, [1]],
    ];
    for (const [url, said, at] of cases) {
      const found = await seen(url);
      expect(`${found.message} -> ${found.fix}`).toMatch(said);
      expect(await mend(program, chosen(found, { at, fill }), how)).toEqual([]);
    }
  });

  test('doctor reports missing credentials and a certificate that is not trusted, and the commands with them', async () => {
    const { key, cert } = selfSigned({ name: '127.0.0.1' });
    const { port } = await startHttps({ key, cert }, passOn);
    const file = join(program.folder, 'authority.pem');
    writeFileSync(file, cert);
    const url = `https://127.0.0.1:${port}`;
    const distrusted = await seen(url);
    const known = chosen(distrusted, { fill: { '<file>': file, '<url>': url } });
    expect(await mend(program, known, { words: ['--prometheus', url] })).toEqual([]);
    before.login = 'u:hunter2';
    const unknown = await seen(url.replace('//', '//u:hunter@'), { NODE_EXTRA_CA_CERTS: file });
    expect(`${unknown.message} -> ${unknown.fix}`).toMatch(/: 401: .* -> give user and password in /);
    const login = chosen(unknown, { fill: { '<user>': 'u', '<password>': 'hunter2' } });
    const full = ['--prometheus', url.replace('//', '//u:hunter2@')];
    expect(await mend(program, login, { words: full, env: { NODE_EXTRA_CA_CERTS: file } })).toEqual([]);
  });
});
