import { describe, expect, test } from 'vitest';
import { noRestores, type Restores } from '../../src/ledger/analytics/restores.ts';
import { emptyStatistics, type Statistics } from '../../src/ledger/read/statistics.ts';
import { summary } from '../../src/ledger/read/summary.ts';
import { formatStats } from '../../src/report/stats/stats.ts';
import { formatRate, sparkline } from '../../src/report/stats/statsScreen.ts';
import { displayWidth } from '../../src/report/terminal/width.ts';
import { pipe, tagPaint, terminal } from './testView.ts';

const point = { id: 'x', startedAt: '2026-01-14T18:45:00.000Z' };
const statistics: Statistics & Restores = {
  total: 15,
  bad: 2,
  restoreSeconds: summary([252, null]),
  successful: 14,
  warning: 1,
  failed: 1,
  totalSeconds: summary([125.66, 180.24, 121]),
  downtimeSeconds: summary([13.2, 13.8, null]),
  timeToHealthySeconds: summary([15.8]),
  healthCheckSeconds: summary([2.34]),
  timeToDeploySeconds: summary([]),
  phases: [
    {
      stage: 'migration',
      deployments: 3,
      medianSeconds: 58,
      p95Seconds: 70,
      meanSeconds: 60.04,
      share: 0.5,
    },
    {
      stage: 'extract',
      deployments: 2,
      medianSeconds: 8.4,
      p95Seconds: 9,
      meanSeconds: 8.5,
      share: 0.001,
    },
  ],
  quantileError: null,
  trend: [
    { ...point, status: 'success', totalSeconds: 100 },
    { ...point, status: 'failed', totalSeconds: 50 },
    { ...point, status: 'success', totalSeconds: null },
    { ...point, status: 'success', totalSeconds: 200 },
  ],
};

describe('stats as JSON', () => {
  const json = JSON.parse(formatStats(statistics, { ...terminal(80), format: 'json' }));

  test('stats as JSON begins with the eight statistics of the schema, rounded to a tenth', () => {
    expect(Object.entries(json).slice(0, 8)).toEqual([
      ['total_deployments', 15],
      ['successful_deployments', 14],
      ['failed_deployments', 1],
      ['avg_duration', 142.3],
      ['avg_downtime', 13.5],
      ['min_duration', 121],
      ['max_duration', 180.2],
      ['avg_health_check_time', 2.3],
    ]);
  });

  test('stats as JSON has exact quantiles', () => {
    expect(json.total).toEqual({ count: 3, median: 125.66, p95: 180.24 });
    expect(json.success_rate).toBe(0.933333);
  });

  test('stats as JSON of an empty ledger has zero counts and null for what was not measured', () => {
    expect(
      JSON.parse(formatStats({ ...emptyStatistics, ...noRestores }, { ...pipe, format: 'json' })),
    ).toEqual({
      total_deployments: 0,
      successful_deployments: 0,
      failed_deployments: 0,
      avg_duration: null,
      avg_downtime: null,
      min_duration: null,
      max_duration: null,
      avg_health_check_time: null,
      warning_deployments: 0,
      success_rate: null,
      total: { count: 0, median: null, p95: null },
      downtime: { count: 0, median: null, p95: null },
      time_to_healthy: { count: 0, median: null, p95: null },
      health_check: { count: 0, median: null, p95: null },
      time_to_deploy: { count: 0, median: null, p95: null },
      phases: [],
      trend: [],
      quantile_error: null,
      bad_deployments: 0,
      time_to_restore: { count: 0, median: null, p95: null },
      in_progress: 0,
    });
  });
});

describe('stats on a screen', () => {
  test('stats on a screen shows counts, success rate, durations, shares and trend', () => {
    expect(formatStats(statistics, { ...pipe, format: 'table' })).toBe(
      [
        'deployments      15 (14 successful, 1 of them with a warning; 1 failed)',
        'success rate     93.3%',
        'time to restore  median 4m12s, p95 4m12s (1 of 2 restored)',
        '                 from the end of the failed step to rollback or next success',
        '',
        'SUCCESSFUL DEPLOYMENTS  MEDIAN    P95   MEAN    MIN    MAX',
        'total                     2m6s     3m  2m22s   2m1s     3m',
        'downtime                 13.2s  13.8s  13.5s  13.2s  13.8s',
        'time to healthy          15.8s  15.8s  15.8s  15.8s  15.8s',
        'health check              2.3s   2.3s   2.3s   2.3s   2.3s',
        '',
        'PHASE              MEDIAN    P95  MEAN  SHARE',
        `migration           58.0s  1m10s    1m  50.0%  ${'█'.repeat(30)}`,
        'extract              8.4s   9.0s  8.5s  0.10%  ▏',
        'outside of phases       -      -     -  49.9%  -',
        '',
        'trend of the last 4  ▃▁ █  newest 3m20s, shortest 50.0s, longest 3m20s',
        '',
      ].join('\n'),
    );
  });

  test('stats on an ASCII screen shows the trend in numbers', () => {
    const text = formatStats(statistics, { ...pipe, ascii: true, format: 'table' });
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text).toContain('trend of the last 4  1m40s 50.0s - 3m20s\n');
  });

  test('stats fits a narrow terminal', () => {
    for (const ascii of [false, true]) {
      for (const width of [20, 30, 40, 60]) {
        const lines = formatStats(statistics, { ...terminal(width), ascii, format: 'table' }).split('\n');
        expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
      }
    }
  });

  test('stats colors failed deployments in the trend, and a bad rate', () => {
    const text = formatStats(statistics, { ...pipe, paint: tagPaint, format: 'table' });
    expect(text).toContain('▃<bad>▁</bad> █');
    expect(text).toContain('<bad>93.3%</bad>');
  });

  test('stats of an empty ledger shows n/a', () => {
    expect(formatStats({ ...emptyStatistics, ...noRestores }, { ...terminal(80), format: 'table' })).toMatch(
      /^deployments {3}0 .*\nsuccess rate {2}n\/a\n\n.*\ntotal +n\/a +n\/a/,
    );
  });
});

test('a success rate is shown as 100 % only without a failure', () => {
  expect(formatRate({ total: 10_000, successful: 9_999 })).toBe('99.9%');
  expect(formatRate({ total: 100, successful: 57 })).toBe('57.0%');
  expect(formatRate({ total: 3, successful: 3 })).toBe('100.0%');
  expect(formatRate({ total: 0, successful: 0 })).toBe('n/a');
});

test('stats as CSV and Markdown have the same values', () => {
  const records = formatStats(statistics, { ...pipe, format: 'csv' }).split('\r\n');
  expect(records.slice(0, 3)).toEqual(['name,value', 'total_deployments,15', 'successful_deployments,14']);
  expect(records).toContain('total.p95,180.24');
  expect(records).toContain('phases.migration.share,0.5');
  expect(records).toContain('time_to_deploy.median,');
  const markdown = formatStats(statistics, { ...pipe, format: 'markdown' });
  expect(markdown).toContain('| 15 | 14 | 1 | 1 | 93.3% |\n');
  expect(markdown).toMatch(/^\| migration \| 58\.0s \| 1m10s \| 1m \| 50\.0% \|$/m);
  expect(markdown).toMatch(/^\| outside of phases \|( {2}\|){3} 49\.9% \|$/m);
  expect(markdown).toMatch(/^trend of the last \d+ {2}/m);
  expect(markdown).toContain('| downtime | 13.2s | 13.8s | 13.5s | 13.2s | 13.8s |\n');
});

test('stats as CSV is as exact as history, and Markdown says of what it is, what runs, and what the time to restore is', () => {
  const csv = formatStats(statistics, { ...pipe, format: 'csv' });
  expect(csv).toContain('\r\navg_health_check_time,2.34\r\n');
  expect(csv).toContain('\r\nmax_duration,180.24\r\n');
  expect(csv).toContain('\r\nphases.migration.avg_duration,60.04\r\n');
  const shown = { ...statistics, inProgress: 2, scope: 'gateway production (all time)' };
  const markdown = formatStats(shown, { ...pipe, format: 'markdown' });
  expect(markdown).toMatch(/^gateway production \(all time\)\n\n/);
  expect(markdown).toContain('| failed | in progress | success rate |');
  expect(markdown).toContain(
    'Time to restore, from the end of the failed step to rollback or next success: median',
  );
});

test('the sparkline begins at the smallest value, but values that hardly differ stay flat', () => {
  expect(sparkline([100, 107, 114, null], [...'12345678'])).toBe('158 ');
  expect(sparkline([0, 1, 2, 4, 8], [...'12345678'])).toBe('12358');
  expect(sparkline([97, 100, 98], [...'12345678'])).toBe('888');
  expect(sparkline([0, 0], [...'12345678'])).toBe('11');
  expect(sparkline([null], [...'12345678'])).toBe(' ');
  expect(sparkline([1, 2], [])).toBe('');
});
