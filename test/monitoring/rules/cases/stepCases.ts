import { type AlertCase, group, histogram, named, outcomes, type Points, type Series } from './series.ts';

const labels = { service: 'gateway', stage: 'migration' };
const migration = (seconds: number, stage = 'migration') =>
  histogram('deployment_stage_duration_seconds', [[2, seconds]], { labels: { ...labels, stage }, until: 30 });
const smoke = (points: Readonly<Record<string, Points>>) => ({
  ...outcomes('smoke_test_total', points, { labels: { test_name: 'login' }, until: 30 }),
  ...outcomes(
    'smoke_test_total',
    { success: [[0, 0]], failure: [[0, 3]] },
    { labels: { test_name: 'api' }, until: 30 },
  ),
});
const one: Points = [
  [0, 0],
  [2, 1],
];

/** Runs of 28 days, one a day, and those of the day after them; a scrape is three hours, four of them count as a minute. */
const monthOf = (usual: number, lately: readonly number[]): Series => {
  const days = Array.from({ length: 28 }, (_, day) => [day * 24 + 3, usual] as const);
  const last = lately.map((seconds, run) => [28 * 24 + 3 * (run + 1), seconds] as const);
  const measured = [...days, ...last].map(([hour, seconds]) => [hour / 12, seconds] as const);
  const all = histogram('deployment_stage_duration_seconds', measured, { labels, until: (29 * 24) / 12 });
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.includes('_bucket')));
};
const slower = { ...named, ...labels };

export const stepCases: readonly AlertCase[] = [
  {
    alert: 'DatabaseMigrationFailed',
    title: 'one failed',
    series: outcomes('migration_total', { success: [[0, 12]], failure: one }, { until: 30 }),
    at: 3,
    firing: [group],
  },
  {
    alert: 'DatabaseMigrationFailed',
    title: 'three were applied',
    series: outcomes(
      'migration_total',
      {
        success: [
          [0, 12],
          [2, 15],
        ],
        failure: [[0, 1]],
      },
      { until: 30 },
    ),
    at: 3,
    firing: [],
  },
  {
    alert: 'DatabaseMigrationFailed',
    title: 'a restart lost everything and it came back',
    series: outcomes(
      'migration_total',
      {
        failure: [
          [0, 2],
          [1, null],
          [4, 2],
        ],
      },
      { until: 30 },
    ),
    at: 5,
    firing: [],
  },
  { alert: 'DatabaseMigrationSlow', title: '121 s', series: migration(121), at: 10, firing: [group] },
  { alert: 'DatabaseMigrationSlow', title: '120 s', series: migration(120), at: 10, firing: [] },
  {
    alert: 'DatabaseMigrationSlow',
    title: 'another phase took 500 s',
    series: migration(500, 'venv_rebuild'),
    at: 10,
    firing: [],
  },
  { alert: 'DatabaseMigrationVerySlow', title: '301 s', series: migration(301), at: 10, firing: [group] },
  { alert: 'DatabaseMigrationVerySlow', title: '300 s', series: migration(300), at: 10, firing: [] },
  {
    alert: 'SmokeTestsFailingPostDeploy',
    title: 'one test failed, another one long ago',
    series: smoke({ success: [[0, 4]], failure: one }),
    at: 10,
    firing: [{ ...named, test_name: 'login' }],
  },
  {
    alert: 'SmokeTestsFailingPostDeploy',
    title: 'it passed',
    series: smoke({
      success: [
        [0, 4],
        [2, 5],
      ],
      failure: [[0, 2]],
    }),
    at: 10,
    firing: [],
  },
  ...[
    { title: '31 s twice instead of 12 s', series: monthOf(12, [31, 31]), firing: [slower] },
    { title: '31 s once', series: monthOf(12, [31]), firing: [] },
    { title: '17 s instead of 12 s', series: monthOf(12, [17, 17]), firing: [] },
    { title: '6 s instead of 2 s: 4 s more', series: monthOf(2, [6, 6]), firing: [] },
  ].map((one) => ({ alert: 'PhaseSlowerThanUsual', at: 29 * 24 * 60, interval: '3h', ...one })),
];
