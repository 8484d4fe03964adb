import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buckets } from '../../src/buckets.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import type { Program } from '../support/program.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { resetsSeen } from './counters.ts';
import { newHost } from './host.ts';
import { countedFamilies, countedIn, exactSum } from './ledgerCounts.ts';
import { type Site, startSite } from './site.ts';

interface Plan {
  /** How long before its start the deployment was triggered. */
  readonly triggeredSecondsAgo: number;
  readonly migrations?: number;
  readonly migrateExit?: number;
  /** The service stays on a version that no deployment recorded. */
  readonly unhealthy?: true;
  /** A phase that may fail and does. */
  readonly warning?: true;
  readonly downMs?: number;
  readonly rollback?: string;
  readonly finish?: readonly string[];
}

const plans: readonly Plan[] = [
  { triggeredSecondsAgo: 15, migrations: 3, downMs: 40 },
  { triggeredSecondsAgo: 45, warning: true },
  { triggeredSecondsAgo: 100, migrateExit: 3, finish: ['--exit-code', '3'] },
  { triggeredSecondsAgo: 250, migrations: 0, downMs: 150 },
  { triggeredSecondsAgo: 350, migrations: 2 },
  { triggeredSecondsAgo: 500, unhealthy: true, rollback: 'health_check_failed' },
  { triggeredSecondsAgo: 650, warning: true },
  { triggeredSecondsAgo: 1000, migrations: 1, downMs: 80 },
  { triggeredSecondsAgo: 30, finish: ['--on-exit', '0'] },
  { triggeredSecondsAgo: 5000, rollback: 'too slow' },
];

test('a real Prometheus with a real Pushgateway agrees with the ledger on ten deployments', {
  timeout: 180_000,
}, async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const prometheus = await startPrometheus({ gatewayUrl: gateway.url });
  onTestFinished(() => prometheus.stop());
  const host = newHost({ gatewayUrl: gateway.url });
  const stages = ['extract', 'venv_rebuild', 'migration', 'cutover', 'health_check', 'lint'];
  writeFileSync(join(host.folder, 'deploytrack.json'), JSON.stringify({ declare: { stages } }));
  const site = await startSite('0.0.0');

  await host.run(['init']);
  const zeros = [
    ...['deployment_total', 'migration_total', 'deployment_rollback_total'].map((name) => `sum(${name})`),
    'sum(deployment_stage_duration_seconds_count)',
    'time_to_deploy_seconds_count',
  ];
  for (const zero of zeros) await prometheus.until(zero, (value) => value === 0);

  for (const [number, plan] of plans.entries()) await deploy(host, { plan, site, version: `1.${number}.0` });
  await host.quiet(['push']);

  const [{ seq } = {}] = host.rows('SELECT seq FROM groups');
  await prometheus.until('deploytrack_ledger_events_total', (value) => value === seq);
  const at = await prometheus.newestSampleSeconds('deploytrack_ledger_events_total');

  expect(
    host.rows('SELECT deployment_status AS s, count(*) AS n FROM deployment_metrics GROUP BY 1'),
  ).toEqual([
    { s: 'failed', n: 4 },
    { s: 'success', n: 4 },
    { s: 'warning', n: 2 },
  ]);
  const seen = await everythingCounted({ host, gateway, prometheus, at });
  expect(seen.wrong).toEqual([]);
  expect(seen.series).toBeGreaterThan(40);
  expect(await resetsSeen(prometheus)).toEqual([]);

  const p95 = 'histogram_quantile(0.95, sum by (le) (increase(time_to_deploy_seconds_bucket[1h])))';
  const own = JSON.parse(await host.quiet(['stats', '--json'])) as { time_to_deploy: { p95: number } };
  expect(bucketOf((await prometheus.value(p95, at)) ?? Number.NaN)).toBe(bucketOf(own.time_to_deploy.p95));
  expect(bucketOf(own.time_to_deploy.p95)).toBe(1200);

  // The gate tells the same story by the counters of the fleet as by the rows.
  const gates = [[], ['--prometheus', prometheus.url, '--alerts', 'off']];
  const answers = await Promise.all(gates.map((words) => host.run(['gate', '--json', ...words])));
  const told = answers.map(({ stdout }) => {
    const { rules } = JSON.parse(stdout) as { rules: { rule: string; reason: string }[] };
    return rules.map(({ rule, reason }) => [rule, ...(reason.match(/[\d.]+ of \d+/) ?? [])]);
  });
  const [ofRows = [], ofFleet] = told;
  expect(ofRows).toEqual([
    ['error_budget', expect.stringMatching(/ of 1$/)],
    ['success_rate', '6 of 10'],
  ]);
  expect(ofFleet).toEqual([...ofRows, ['migration']]);
});

/** Records a deployment as a script would; each command prints nothing. */
async function deploy(host: Program, { plan, site, version }: { plan: Plan; site: Site; version: string }) {
  const triggeredAt = new Date(Date.now() - plan.triggeredSecondsAgo * 1000).toISOString();
  const id = await host.quiet(['start', '--version', version, '--triggered-at', triggeredAt]);
  const words = { env: { DEPLOYTRACK_ID: id } };
  await host.quiet(['extract', '--', 'true'], words);
  await host.quiet(['phase', 'start', 'venv_rebuild'], words);
  await host.quiet(['phase', 'end', 'venv_rebuild'], words);
  const migrate = ['sh', '-c', `exit ${plan.migrateExit ?? 0}`];
  const migrated = await host.run(
    ['migrate', '--count', String(plan.migrations ?? 1), '--', ...migrate],
    words,
  );
  expect(migrated).toMatchObject({ code: plan.migrateExit ?? 0, stderr: '' });
  if (plan.warning) await host.run(['phase', 'run', 'lint', '--allow-failure', '--', 'false'], words);
  if ((plan.migrateExit ?? 0) === 0) {
    const target = plan.unhealthy ? 'broken' : version;
    const downMs = plan.downMs ?? 0;
    const cutover = ['cutover', '--probe', site.healthUrl, '--probe-interval', '20ms', '--'];
    await host.quiet([...cutover, ...site.switchTo(target, { downMs })], words);
    const health = ['health', site.healthUrl, '--interval', '20ms', '--timeout', '300ms'];
    expect((await host.run(health, words)).code).toBe(plan.unhealthy ? 1 : 0);
  }
  if (plan.rollback !== undefined) await host.quiet(['rollback', '--reason', plan.rollback], words);
  await host.quiet(['finish', ...(plan.finish ?? [])], words);
}

interface Parties {
  readonly host: Program;
  readonly gateway: Gateway;
  readonly prometheus: Prometheus;
  /** Unix time of the newest sample. */
  readonly at: number;
}

/** Compares every counter and histogram of the host's group, series by series. */
async function everythingCounted({ host, gateway, prometheus, at }: Parties) {
  const wrong: string[] = [];
  let series = 0;
  const held = (await gateway.group({ instance: 'host-a' }))?.families ?? {};
  const counted = Object.entries(held).filter(([, { type }]) => type === 'counter' || type === 'histogram');
  const unknown = counted.map(([name]) => name).filter((name) => !countedFamilies.includes(name));
  expect(unknown).toEqual(['deploytrack_ledger_events_total']);
  for (const family of countedFamilies) {
    const type = held[family]?.type;
    const expected = new Map(countedIn(host, family).map((set) => [keyOf(set.labels), set.values]));
    const value = type === 'histogram' ? `${family}_count` : family;
    const all = await prometheus.query(value, at);
    series += all.length;
    for (const { labels } of all) {
      const values = expected.get(keyOf(labels)) ?? [];
      expected.delete(keyOf(labels));
      const selector = `{${Object.entries(own(labels)).map(([name, text]) => `${name}=${JSON.stringify(text)}`)}}`;
      const ask = (expression: string) => prometheus.value(expression, at);
      const total = type === 'histogram' ? values.length : exactSum(values);
      const increase = await ask(`increase(${value}${selector}[1h])`);
      const answers = {
        value: [await ask(value + selector), total],
        // The first sample was 0 and this is the newest, so nothing is extrapolated.
        increase: [Math.round((increase ?? Number.NaN) * 1e6) / 1e6, total],
        ...(type === 'histogram' ? { sum: [await ask(`${family}_sum${selector}`), exactSum(values)] } : {}),
      };
      for (const [what, [got, wanted]] of Object.entries(answers)) {
        if (got !== wanted) wrong.push(`${family}${selector} ${what}: ${got}, the ledger has ${wanted}`);
      }
    }
    wrong.push(...[...expected.keys()].map((key) => `${family}${key} is missing`));
  }
  return { wrong, series };
}

/** Only the labels of the pushed body. */
function own(labels: Readonly<Record<string, string>>): Record<string, string> {
  const {
    __name__: _name,
    job: _job,
    instance: _host,
    deployment: _deployment,
    environment: _environment,
    ...rest
  } = labels;
  return rest;
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(own(labels)).sort());
}

/** The upper bound of the bucket with this value. */
function bucketOf(seconds: number): number {
  return buckets.time_to_deploy_seconds.find((bound) => seconds <= bound) ?? Number.POSITIVE_INFINITY;
}
