import { catalogue } from '../../src/metrics/catalogue.ts';
import type { GroupSnapshot, Total } from '../../src/metrics/snapshot.ts';
import { groupSnapshot, recentDeployment } from './snapshot.ts';

const awkward = 'a "quoted" \\ back\\n slash,\nnewline={} ünï 🚀 end\\';

/**
 * A group with a full window, every gauge set, totals in each counted family, and values that need escaping.
 */
export function fullSnapshot(fields: Partial<GroupSnapshot> = {}): GroupSnapshot {
  const stages = ['extract', 'venv_rebuild', 'migration', 'cutover'];
  const recent = Array.from({ length: 10 }, (_, index) =>
    recentDeployment({
      id: `d${9 - index}`,
      version: index === 0 ? awkward : `1.0.${9 - index}`,
      status: index === 0 ? 'in-progress' : 'success',
      durationSeconds: index === 0 ? null : 90.25 + index,
      url: `https://ci.example/run/${index}?a=b&c="d"`,
      costs: [{ resource: awkward, usd: 0.15 }],
      stages: stages.map((stage, at) => ({
        service: 'gateway',
        stage,
        startedAtMs: Date.parse('2026-01-14T18:45:00Z') + at,
        durationSeconds: index === 0 && at === 3 ? null : 1.5 + at,
        status: index === 0 && at === 3 ? ('running' as const) : ('success' as const),
      })),
    }),
  );
  return groupSnapshot({
    events: 123,
    declared: { ...groupSnapshot().declared, resources: ['compute', awkward], tests: ['api'] },
    totals: catalogue.flatMap((family, index) => totalsOf(family.name, index + 1)),
    recent,
    inService: { version: '1.0.8', commitSha: 'abcdef0', sinceMs: 1768416435400 },
    lastVerificationHealthy: true,
    lastChecks: [{ checkType: 'http', healthy: true }],
    lastStages: stages.map((stage) => ({ service: 'gateway', stage, durationSeconds: 0.1 })),
    lastDurationSeconds: 98.25,
    recentVersions: recent.map(({ version }, index) => ({
      version,
      commitSha: index === 1 ? null : awkward,
    })),
    errorRates: { deploymentId: 'd8', services: [{ service: 'gateway', errorRate: 0.0125 }] },
    host: { osVersion: 'Debian GNU/Linux 12', runtimeVersion: awkward },
    memoryBytes: 123456789,
    ...fields,
  });
}

/** Totals of one family, with the first values of its vocabularies, all different from 0. */
export function totalsOf(name: string, amount: number): Total[] {
  const family = catalogue.find((found) => found.name === name);
  if (family === undefined || family.type === 'gauge' || name === 'deploytrack_ledger_events_total')
    return [];
  const labels = family.labels.map(({ name: label, vocabulary }) => {
    if (vocabulary.kind === 'closed') return vocabulary.values[0] ?? '';
    return label === 'service' ? 'gateway' : label === 'stage' ? 'migration' : awkward;
  });
  const parts = family.type === 'counter' ? [''] : ['sum', ...family.buckets.map(String), '+Inf'];
  return parts.map((part, index) => ({ family: name, labels, part, value: amount * 7 + index }));
}
