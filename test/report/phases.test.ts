import { expect, test } from 'vitest';
import type { PhaseTimes } from '../../src/ledger/analytics/phaseTimes.ts';
import { formatAnalytics } from '../../src/report/analytics/analytics.ts';
import { phaseAnalytics } from '../../src/report/analytics/phases.ts';
import { pipe } from './testView.ts';

const phase = (stage: string, values: Partial<PhaseTimes> = {}): PhaseTimes => ({
  stage,
  deployments: 2,
  failed: 0,
  medianSeconds: 1,
  p95Seconds: 1,
  share: 0.1,
  lately: null,
  quantileError: null,
  ...values,
});
const shown = (...phases: PhaseTimes[]) =>
  formatAnalytics(phaseAnalytics(phases), { ...pipe, format: 'table' });

test('stats --phases counts a run that failed as a run', () => {
  const text = shown(phase('build', { deployments: 0, failed: 3, share: null }));
  expect(text).toMatch(/^build +3 +3 /m);
});

test('stats --phases names the time outside of phases first if it is the largest part', () => {
  expect(shown(phase('build'), phase('migration', { share: 0.05 }))).toContain(
    'outside of phases: 85.0% of the total time\nlongest phase: build, 10.0% of the total time',
  );
  expect(shown(phase('build', { share: 0.6 }))).not.toContain('outside of phases');
});
