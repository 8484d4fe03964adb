import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { drillText } from '../../src/doctor/drill/drillGroup.ts';
import { withoutIntervals } from '../monitoring/verify/servers.ts';
import { root } from '../readme/document.ts';
import {
  type Alertmanager,
  type Receiver,
  startAlertmanager,
  startReceiver,
} from '../support/alertmanager.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { findingsOf, mend, theProblem } from './doctor.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let gateway: Gateway;
let alertmanager: Alertmanager;
let prometheus: Prometheus;
let receiver: Receiver;
let program: Program;
beforeAll(async () => {
  [gateway, receiver] = await Promise.all([startGateway(), startReceiver()]);
  alertmanager = await startAlertmanager(
    JSON.stringify({
      route: {
        receiver: 'mail',
        group_wait: '0s',
        routes: [{ matchers: ['alertname="DeploymentFailed"', 'severity="critical"'], receiver: 'pager' }],
      },
      receivers: [{ name: 'mail' }, { name: 'pager', webhook_configs: [{ url: receiver.url }] }],
    }),
  );
  program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_INSTANCE: 'web-1' } });
  const rules = join(program.folder, 'alerts.yml');
  withoutIntervals(join(root, 'examples/monitoring/rules/alerts.yml'), rules);
  prometheus = await startPrometheus({
    gatewayUrl: gateway.url,
    ruleFiles: [rules],
    alertmanagerUrl: alertmanager.url,
  });
});
afterAll(() => Promise.all([prometheus, alertmanager, gateway, receiver].map((one) => one.stop())));

const words = (alert: string, ...more: string[]) => [
  'rules',
  '--drill',
  alert,
  '--alertmanager',
  alertmanager.url,
  ...more,
];
const jobs = async () => (await gateway.groups()).map(({ labels }) => labels.job);
const drillUrl = (alert: string, instance = 'web-1') =>
  `${gateway.url}/metrics/job/deploytrack_drill/instance/${instance}/deployment/drill/environment/production/alert/${alert}`;
const leave = (alert: string, { untilMs, instance }: { untilMs: number; instance?: string }) =>
  fetch(drillUrl(alert, instance), { method: 'PUT', body: drillText(untilMs) });

describe('rules --drill', () => {
  test('a drill brings a copy of the alert to the receiver of its route, says how long it took and removes it', async () => {
    const { code, stdout, stderr } = await program.run(words('DeploymentFailed', '--json'));
    expect([code, stderr]).toEqual([
      0,
      `deploytrack: raising a copy of DeploymentFailed; waiting at most 10m for ${alertmanager.url}\n`,
    ]);
    const said = JSON.parse(stdout);
    expect(said).toMatchObject({
      alert: 'DeploymentFailed',
      severity: 'critical',
      arrived: true,
      removed: true,
    });
    expect(said).toMatchObject({ receivers: ['pager'], suppressed_by: null, environment: 'production' });
    expect([said.seconds > 0, said.gone_seconds > 0]).toEqual([true, true]);
    const [page] = await eventually(() => (receiver.received().length > 0 ? receiver.received() : undefined));
    expect(page?.labels).toEqual({
      ...{ alertname: 'DeploymentFailed', severity: 'critical', drill: 'true' },
      ...{ deployment: 'drill', environment: 'production', instance: 'web-1' },
    });
    expect(page?.annotations.summary).toBe('Drill: a harmless copy of DeploymentFailed');
    expect([await jobs(), await alertmanager.alerts()]).toEqual([[], []]);
  });

  test('Ctrl-C takes the drill away, and ends the command by the signal', async () => {
    // No Prometheus scrapes this gateway.
    const unread = await startGateway();
    onTestFinished(() => unread.stop());
    const child = program.spawn(words('HighDowntime'), { env: { PUSHGATEWAY_URL: unread.url } });
    const end = endOf(child);
    await eventually(async () => (await unread.groups())[0]);
    child.kill('SIGINT');
    const { signal, stderr } = await end;
    expect(signal).toBe('SIGINT');
    expect(stderr).toMatch(
      /\ndeploytrack: SIGINT: the copy of HighDowntime was removed before it arrived\n$/,
    );
    expect(await unread.groups()).toEqual([]);
  });

  test('an Alertmanager that ignores filters has other alerts only, and Ctrl-C before the drill says that nothing was raised', async () => {
    let asked = 0;
    const other = createServer((_, response) => {
      asked += 1;
      setTimeout(() => response.end('[{"labels":{"alertname":"Other"},"status":{}}]'), 300);
    });
    await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
    onTestFinished(() => void other.close());
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const child = program.spawn(['rules', '--drill', 'HighDowntime', '--alertmanager', url]);
    const end = endOf(child);
    await eventually(() => (asked === 1 ? true : undefined));
    child.kill('SIGINT');
    const { signal, stderr } = await end;
    expect([signal, stderr]).toEqual([
      'SIGINT',
      expect.stringMatching(/\ndeploytrack: SIGINT: nothing was raised\n$/),
    ]);
    expect(await jobs()).toEqual([]);
  });

  test('an alert that a silence suppresses or that does not arrive in time exits with 1 and leaves nothing behind', async () => {
    const now = Date.now();
    const silence = {
      matchers: [{ name: 'alertname', value: 'DatabaseMigrationSlow', isRegex: false }],
      ...{ startsAt: new Date(now).toISOString(), endsAt: new Date(now + 600_000).toISOString() },
      ...{ createdBy: 'test', comment: 'test' },
    };
    await fetch(`${alertmanager.url}/api/v2/silences`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(silence),
    });
    const silenced = await program.run(words('DatabaseMigrationSlow'));
    expect([silenced.code, silenced.stdout]).toEqual([
      1,
      expect.stringMatching(/^DatabaseMigrationSlow \(high\) reached /),
    ]);
    expect(silenced.stderr).toContain('suppresses it because of a silence: no receiver is notified');
    const late = await program.run(words('SmokeTestsFailingPostDeploy', '--within', '1ms'));
    expect([late.code, late.stdout]).toEqual([1, '']);
    expect(late.stderr).toMatch(
      /did not reach .* within 1ms\ndeploytrack: hint: check that Prometheus scrapes /,
    );
    expect(await jobs()).toEqual([]);
  });

  test('doctor finds a drill that a killed process left, and the next drill of that host removes it', async () => {
    await program.run(['init', '--deployment', 'app']);
    await leave('HighDowntime', { untilMs: Date.now() - 1000 });
    await leave('HighDowntime', { untilMs: Date.now() - 1000, instance: 'web-2' });
    await leave('DeploymentLong', { untilMs: Date.now() + 600_000, instance: 'web-3' });
    const found = (await findingsOf(program)).filter(({ check }) => check === 'drills');
    expect(found.map(({ state, message }) => [state, message.replace(/ until .*/, '')])).toEqual([
      ['wrong', 'a drill of HighDowntime on web-1 was left on the gateway'],
      ['wrong', 'a drill of HighDowntime on web-2 was left on the gateway'],
      ['ok', 'a drill of DeploymentLong on web-3 fires'],
    ]);
    const { stderr } = await program.run(words('DeploymentFailed', '--within', '1ms'));
    expect(stderr).toContain('removed a drill of HighDowntime that an earlier run left on the gateway\n');
    const left = await theProblem(program, 'drills');
    expect(left.message).toBe('a drill of HighDowntime on web-2 was left on the gateway');
    expect(await mend(program, left)).toEqual([]);
    expect(await prometheus.query('ALERTS{alertname="HighDowntime"}')).toEqual([]);
  });

  test.each<[string[], string, Record<string, string>?]>([
    [['--drill', 'DeploymentFailed'], '--drill needs --alertmanager'],
    [['--drill', 'DeploymentFail', '--alertmanager', 'http://127.0.0.1:9'], 'similar: DeploymentFailed'],
    [['--drill', 'HighDowntime', '--alertmanager', 'http://127.0.0.1:9', '--within', '2h'], 'at most 1h'],
    [['--drill', 'HighDowntime', '--out', 'rules'], '--drill cannot be used with --out'],
    [['--alertmanager', 'http://127.0.0.1:9'], '--alertmanager can only be used with --drill'],
    [['--drill', 'HighDowntime'], 'sends nothing with DEPLOYTRACK_DISABLED=1', { DEPLOYTRACK_DISABLED: '1' }],
  ])('rules with %j exits with 2 and raises nothing', async (given, said, env = {}) => {
    const { code, stderr } = await program.run(['rules', ...given], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});
