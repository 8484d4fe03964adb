import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answering, startHttp } from '../probe/endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultyGateway, startFaultyGateway } from '../support/faultyGateway.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program } from '../support/program.ts';
import { startRawServer } from '../support/rawServer.ts';
import { freePort } from '../support/server.ts';
import { type ConfiguredPrometheus, startConfiguredPrometheus } from './configuredPrometheus.ts';
import { findingsOf, mend, problemsOf, theProblem } from './doctor.ts';

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
      const found = await eventually(() => theProblem(program, 'prometheus', how), { what: 'finding' });
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
    });
    expect(found.message).toMatch(
      new RegExp(`^the target ${front.url}/metrics of the job "pushgateway" is down: .*connection refused$`),
    );
    await expect(mend(program, found)).rejects.toThrow('onnect');
    await front.become('none');
    await mend(program, found);
    await eventually(async () => ((await problemsOf(program, how)).length === 0 ? true : undefined), {
      what: 'target that is up',
    });
  });

  test('doctor reports a group that Prometheus drops although it scrapes the gateway', async () => {
    const drop = { source_labels: ['__name__'], regex: 'deploytrack_ledger_info', action: 'drop' };
    server.configure(job({ metric_relabel_configs: [drop] }));
    expect(await server.reload()).toBe(200);
    const found = await eventually(() => theProblem(program, 'prometheus', how), { what: 'missing group' });
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

test('doctor reports a Prometheus that cannot be read, and does not show its password', async () => {
  const problem = async (url: string) => {
    const found = await theProblem(program, 'prometheus', { words: ['--prometheus', url] });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    return `${found.message} -> ${found.fix}`;
  };
  expect(await problem(`http://u:hunter2@127.0.0.1:${await freePort()}`)).toMatch(
    /: connection refused -> start it, /,
  );
  expect(await problem(gateway.url)).toMatch(/: 404: no Prometheus at this address .* -> give the URL of a /);
  const page = await startHttp(answering('<html>'));
  expect(await problem(`http://127.0.0.1:${page.port}`)).toMatch(/: 200: no Prometheus at this address/);
  const seen = await startRawServer((socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 8\r\n\r\nhunter2\n');
  });
  expect(await problem(seen.url.replace('//', '//u:hunter2@'))).toMatch(
    /: 401: .* -> give user and password in /,
  );
  expect(String(seen.received[0])).toContain(`Basic ${Buffer.from('u:hunter2').toString('base64')}`);
  await seen.stop();
});
