import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type GatewayGroup, startGateway } from '../support/gateway.ts';
import type { Program } from '../support/program.ts';
import { newHost } from './host.ts';

const minutes = { timeout: 120_000 };

interface Declared {
  readonly services: readonly string[];
  readonly stages: readonly string[];
  readonly tests: readonly string[];
  readonly resources: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

const outcome = ['success', 'failure'];
const bounds = {
  deployment: [10, 30, 60, 120, 180, 240, 300, 420, 600, 720, 900, 1200, 1800, 3600],
  stage: [1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1800],
  latency: [5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000],
  downtime: [1, 2.5, 5, 10, 15, 20, 30, 60, 120, 300],
  healthy: [1, 2.5, 5, 10, 15, 30, 60, 120, 300],
  verification: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 150],
};

/** All combinations of the values of some labels, in this order. */
function combined(values: Readonly<Record<string, readonly string[]>>): Labels[] {
  return Object.entries(values).reduce<Labels[]>(
    (labels, [name, each]) => labels.flatMap((label) => each.map((value) => ({ ...label, [name]: value }))),
    [{}],
  );
}

/**
 * The rule: every counter and histogram of the catalogue is 0 for all combinations of its closed vocabularies
 * and of the declared names.
 */
function expectedZeros({ services, stages, tests, resources }: Declared) {
  const staged = { service: services, stage: stages };
  const counters: Record<string, Labels[]> = {
    deployment_total: combined({ status: outcome }),
    deployment_stage_failures_total: combined({
      ...staged,
      error_type: ['exit_code', 'timeout', 'canceled', 'other'],
    }),
    migration_total: combined({ status: outcome }),
    smoke_test_total: combined({ test_name: tests, status: outcome }),
    deployment_rollback_total: combined({
      reason: ['health_check_failed', 'test_failed', 'error_rate', 'manual', 'other'],
      status: outcome,
    }),
    deployment_infrastructure_cost_usd_total: combined({ resource: resources }),
    deployment_cpu_usage_seconds: [{}],
    deployment_rollback_count: [{}],
    deployment_warning_total: [{}],
    deployment_health_verification_total: combined({ status: outcome }),
    deployment_slo_bad_total: [{}],
    deployment_error_budget_consumed_total: combined({
      cause: ['deploy_failed', 'migration_failed', 'smoke_test_failed', 'rollback_health', 'rollback_error'],
    }),
  };
  const histograms: Record<string, { labels: Labels[]; bounds: number[] }> = {
    time_to_deploy_seconds: { labels: [{}], bounds: bounds.deployment },
    deployment_stage_duration_seconds: { labels: combined(staged), bounds: bounds.stage },
    api_health_check_latency_ms: {
      labels: combined({ status: ['healthy', 'unhealthy'] }),
      bounds: bounds.latency,
    },
    deployment_duration_seconds: { labels: [{}], bounds: bounds.deployment },
    deployment_downtime_seconds: { labels: [{}], bounds: bounds.downtime },
    deployment_time_to_healthy_seconds: { labels: [{}], bounds: bounds.healthy },
    deployment_health_verification_duration_seconds: { labels: [{}], bounds: bounds.verification },
  };
  return { counters, histograms };
}

function textOf(labels: Labels): string {
  const shown = Object.entries(labels).filter(([name]) => !groupNames.includes(name));
  return shown
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}

const groupNames = ['job', 'instance', 'deployment', 'environment'];

/** Every series of the rule by family, with its value; a histogram's count with its bounds. */
function expectedSeries(declared: Declared): Record<string, Record<string, string>> {
  const { counters, histograms } = expectedZeros(declared);
  const ofCounters = Object.entries(counters).map(([family, labels]) => [
    family,
    Object.fromEntries(labels.map((one) => [textOf(one), '0'])),
  ]);
  const ofHistograms = Object.entries(histograms).map(([family, { labels, bounds: upper }]) => [
    family,
    Object.fromEntries(labels.map((one) => [textOf(one), `0 of ${upper.join(' ')} +Inf`])),
  ]);
  return Object.fromEntries([...ofCounters, ...ofHistograms]);
}

/**
 * The series of a group on a gateway, in the form of `expectedSeries`, without the sequence number of the
 * ledger.
 */
function heldSeries(group: GatewayGroup | undefined): Record<string, Record<string, string>> {
  const counted = Object.entries(group?.families ?? {}).filter(
    ([name, { type }]) =>
      (type === 'counter' || type === 'histogram') && name !== 'deploytrack_ledger_events_total',
  );
  return Object.fromEntries(
    counted.map(([name, { metrics }]) => [
      name,
      Object.fromEntries(
        metrics.map(({ labels, value, count, buckets }) => {
          const upper = Object.keys(buckets ?? {}).map((bound) => (bound === '+Inf' ? bound : Number(bound)));
          const sorted = upper.sort((one, other) => Number(one) - Number(other) || (one === '+Inf' ? 1 : -1));
          return [textOf(labels), count === undefined ? `${value}` : `${count} of ${sorted.join(' ')}`];
        }),
      ),
    ]),
  );
}

/** The same from a textfile, whose lines are parsed by hand. */
function fileSeries(folder: string): Record<string, Record<string, string>> {
  const [name = ''] = readdirSync(folder);
  const types = new Map<string, string>();
  const found: Record<string, Record<string, string>> = {};
  const upper: Record<string, Record<string, string[]>> = {};
  for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
    const [, typed = '', type = ''] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (typed !== '') types.set(typed, type);
    const [, series = '', inner = '', value = ''] = /^([a-z_]+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    const labels = Object.fromEntries(
      [...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text]),
    );
    const family = series.replace(/_(bucket|sum|count)$/, '');
    if (types.get(series) === 'counter') found[series] = { ...found[series], [textOf(labels)]: value };
    if (types.get(family) !== 'histogram') continue;
    const { le, ...rest } = labels;
    const key = textOf(rest as Labels);
    if (series.endsWith('_bucket'))
      upper[family] = { ...upper[family], [key]: [...(upper[family]?.[key] ?? []), String(le)] };
    if (series.endsWith('_count')) found[family] = { ...found[family], [key]: value };
  }
  for (const [family, all] of Object.entries(upper))
    for (const [key, bound] of Object.entries(all))
      found[family] = { ...found[family], [key]: `${found[family]?.[key]} of ${bound.join(' ')}` };
  delete found.deploytrack_ledger_events_total;
  return found;
}

function settingsFile(host: Program, lines: readonly string[]): void {
  const text = ['deployment: gateway', 'environment: production', ...lines].join('\n');
  writeFileSync(join(host.folder, 'deploytrack.yaml'), `${text}\n`);
}

const declaring = [
  'declare:',
  '  services: [api, worker]',
  '  stages: [build, extract, venv_rebuild, migrate, cutover]',
  '  tests: [login, search]',
  '  resources: [vm, db]',
  '  check_types: [http, queue]',
];
const declared: Declared = {
  services: ['gateway', 'api', 'worker'],
  stages: ['build', 'extract', 'venv_rebuild', 'migration', 'cutover'],
  tests: ['login', 'search'],
  resources: ['vm', 'db'],
};

async function configured(lines: readonly string[]) {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const host = newHost({
    gatewayUrl: gateway.url,
    env: { DEPLOYTRACK_DEPLOYMENT: '', DEPLOYTRACK_INSTANCE: 'host-a' },
  });
  const textfile = join(host.folder, 'textfile');
  mkdirSync(textfile);
  settingsFile(host, lines);
  const held = async () => heldSeries(await gateway.group({ deployment: 'gateway' }));
  return { host, textfile, held };
}

test.each(['init', 'start'])(
  '`%s` pushes every declared counter and histogram at 0, to the gateway and to the textfile',
  minutes,
  async (word) => {
    const { host, textfile, held } = await configured(declaring);
    expect((await host.run([word, '--textfile', textfile])).code).toBe(0);
    expect(await held()).toEqual(expectedSeries(declared));
    expect(fileSeries(textfile)).toEqual(expectedSeries(declared));
  },
);

test('`run` pushes all zeros while its script runs', minutes, async () => {
  const { host, textfile, held } = await configured(declaring);
  const look = `while ! ls ${textfile}/*.prom >/dev/null 2>&1; do sleep 0.05; done; cp ${textfile}/*.prom ${host.folder}/first/`;
  mkdirSync(join(host.folder, 'first'));
  await host.quiet(['run', '--textfile', textfile, '--', 'sh', '-c', look]);
  expect(fileSeries(join(host.folder, 'first'))).toEqual(expectedSeries(declared));
  expect(Object.keys(await held()).sort()).toEqual(Object.keys(expectedSeries(declared)).sort());
});

test('each service has the four default stages if no stages are declared', minutes, async () => {
  const { host, held } = await configured(['declare:', '  services: [api]']);
  await host.quiet(['start', '--service', 'worker']);
  const expected = {
    services: ['worker', 'api'],
    stages: ['extract', 'venv_rebuild', 'migration', 'cutover'],
    tests: [],
    resources: [],
  };
  const {
    smoke_test_total: _tests,
    deployment_infrastructure_cost_usd_total: _cost,
    ...series
  } = expectedSeries(expected);
  expect(await held()).toEqual(series);
});

test('a later `start` adds new declarations, and existing totals stay', minutes, async () => {
  const { host, held } = await configured(declaring);
  const id = await host.quiet(['start']);
  await host.quiet(['phase', 'run', 'build', '--id', id, '--service', 'api', '--', 'true']);
  await host.quiet(['finish', '--id', id]);
  settingsFile(
    host,
    declaring.map((line) => line.replace('worker]', 'worker, batch]')),
  );
  await host.quiet(['start']);
  const stages = (await held()).deployment_stage_duration_seconds ?? {};
  const expected = expectedSeries({ ...declared, services: [...declared.services, 'batch'] });
  expect(Object.keys(stages).sort()).toEqual(
    Object.keys(expected.deployment_stage_duration_seconds ?? {}).sort(),
  );
  expect(stages['service=api,stage=build']).toMatch(/^1 of /);
  expect(stages['service=batch,stage=build']).toMatch(/^0 of /);
});

test('the first event of every declared service and stage is visible as an increase', minutes, async () => {
  const { host, held } = await configured(declaring);
  const id = await host.quiet(['start']);
  const before = (await held()).deployment_stage_failures_total ?? {};
  await host.run(['phase', 'run', 'migrate', '--id', id, '--service', 'worker', '--', 'sh', '-c', 'exit 3']);
  const after = (await held()).deployment_stage_failures_total ?? {};
  const series = 'error_type=exit_code,service=worker,stage=migration';
  expect([before[series], after[series]]).toEqual(['0', '1']);
});

test(
  'a group with declarations beyond the caps stays within them, and `other` is 0 too',
  minutes,
  async () => {
    const many = (what: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${what}${index}`);
    const lines = [
      'declare:',
      `  services: [${many('s', 8).join(', ')}]`,
      `  stages: [${many('p', 20).join(', ')}]`,
      `  tests: [${many('t', 60).join(', ')}]`,
      `  resources: [${many('r', 20).join(', ')}]`,
    ];
    const { host, held } = await configured(lines);
    await host.quiet(['start']);
    const series = await held();
    const stages = Object.keys(series.deployment_stage_duration_seconds ?? {});
    expect(stages).toHaveLength(45);
    expect(stages).toContain('service=gateway,stage=other');
    expect(stages.filter((one) => one.startsWith('service=gateway,'))).toHaveLength(21);
    expect(Object.keys(series.smoke_test_total ?? {})).toHaveLength(100);
    expect(series.smoke_test_total).toMatchObject({ 'status=failure,test_name=other': '0' });
    expect(Object.keys(series.deployment_infrastructure_cost_usd_total ?? {})).toHaveLength(10);
    expect(series.deployment_infrastructure_cost_usd_total).toMatchObject({ 'resource=other': '0' });
  },
);
