import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { exposition } from '../../src/metrics/exposition.ts';
import type { FamilySamples } from '../../src/metrics/sample.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import type { GroupSnapshot, Total } from '../../src/metrics/snapshot.ts';
import { fullSnapshot } from '../support/fullSnapshot.ts';
import { groupSnapshot } from '../support/snapshot.ts';

type Labels = Record<string, string>;
/** What prom-client stores for one label set of a histogram. */
type Kept = { labels: Labels; bucketValues: Record<string, number>; sum: number; count: number };

/** The same group as prom-client renders it: label sets are ours, numbers come from the totals. */
async function promClientText(snapshot: GroupSnapshot): Promise<string> {
  const registry = new Registry();
  for (const found of groupSamples(snapshot)) fill(registry, { found, totals: snapshot.totals });
  return registry.metrics();
}

function fill(
  registry: Registry,
  { found, totals }: { found: FamilySamples; totals: readonly Total[] },
): void {
  const { name, help, type, labels, buckets, millionths } = found.family;
  const settings = { name, help, labelNames: labels.map((label) => label.name), registers: [registry] };
  const total = (set: Labels, part: string) =>
    totals
      .filter((kept) => kept.family === name && kept.part === part)
      .filter((kept) => labels.every((label, index) => kept.labels[index] === set[label.name]))
      .reduce((sum, kept) => sum + kept.value, 0);
  const amount = (value: number) => (millionths ? value / 1e6 : value);
  if (type === 'histogram') {
    const histogram = new Histogram({ ...settings, buckets: [...buckets] });
    const { hashMap } = histogram as unknown as { hashMap: Record<string, Kept> };
    for (const sample of found.samples.filter(({ suffix }) => suffix === '_sum'))
      histogram.zero(Object.fromEntries(sample.labels));
    for (const kept of Object.values(hashMap)) {
      for (const bound of buckets) kept.bucketValues[bound] = total(kept.labels, String(bound));
      kept.sum = amount(total(kept.labels, 'sum'));
      kept.count = ['+Inf', ...buckets.map(String)].reduce(
        (count, part) => count + total(kept.labels, part),
        0,
      );
    }
    return;
  }
  const isKept = type === 'counter' && name !== 'deploytrack_ledger_events_total';
  for (const sample of found.samples) {
    const set: Labels = Object.fromEntries(sample.labels);
    const value = isKept ? amount(total(set, '')) : sample.value;
    const known = registry.getSingleMetric(name) as Counter | Gauge | undefined;
    if (type === 'counter') ((known ?? new Counter(settings)) as Counter).inc(set, value);
    else ((known ?? new Gauge(settings)) as Gauge).set(set, value);
  }
}

test.each([
  ['an empty group', groupSnapshot()],
  ['a full group', fullSnapshot()],
])('the text of %s is byte for byte what prom-client renders for the same totals', async (_, snapshot) => {
  expect(exposition(groupSamples(snapshot))).toBe(await promClientText(snapshot));
});

test('any label value is escaped as prom-client escapes it', { timeout: 60_000 }, async () => {
  const value = fc.string({
    unit: fc.constantFrom('"', '\\', '\n', 'n', '{', '}', ',', '=', ' ', 'é', '🚀', '\r', '\t', '#'),
  });
  await fc.assert(
    fc.asyncProperty(value, value, async (version, commitSha) => {
      const snapshot = groupSnapshot({ recentVersions: [{ version, commitSha }] });
      expect(exposition(groupSamples(snapshot))).toBe(await promClientText(snapshot));
    }),
    { numRuns: 50 },
  );
});

test('sums in millionths are printed as exact decimals', () => {
  const exact = (micros: number) => {
    const digits = String(micros).padStart(7, '0');
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
  };
  fc.assert(
    // 136 years of seconds; beyond that, two totals would be the same double.
    fc.property(fc.nat({ max: 2 ** 32 * 1e6 }), (micros) => {
      const totals = [{ family: 'deployment_cpu_usage_seconds', labels: [], part: '', value: micros }];
      const text = exposition(groupSamples(groupSnapshot({ totals })));
      expect(/^deployment_cpu_usage_seconds (.*)$/m.exec(text)?.[1]).toBe(exact(micros));
    }),
  );
});

test('constant labels come after the labels of a sample', () => {
  const families = groupSamples(groupSnapshot({ totals: [] }));
  const text = exposition(families, {
    constantLabels: [
      ['job', 'deploytrack'],
      ['instance', 'a"b'],
    ],
  });
  expect(text).toContain('deployment_total{status="success",job="deploytrack",instance="a\\"b"} 0\n');
  expect(text).toContain('time_to_deploy_seconds_bucket{le="10",job="deploytrack",instance="a\\"b"} 0\n');
  expect(text).toContain('deployment_warning_total{job="deploytrack",instance="a\\"b"} 0\n');
});

test('no families give an empty text', () => {
  expect(exposition([])).toBe('');
});

test('promtool reports only names that existing dashboards need', () => {
  const input = exposition(groupSamples(fullSnapshot()));
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect(stderr.trim().split('\n').sort()).toEqual([
    'api_health_check_latency_ms metric names should not contain abbreviated units',
    'deployment_cpu_usage_seconds counter metrics should have "_total" suffix',
    'deployment_rollback_count counter metrics should have "_total" suffix',
    'deployment_rollback_count non-histogram and non-summary metrics should not have "_count" suffix',
  ]);
  expect(status).toBe(3);
});
