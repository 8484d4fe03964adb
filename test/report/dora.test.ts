import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/ledger/analytics/dora.ts';
import { summary } from '../../src/ledger/read/summary.ts';
import { formatAnalytics } from '../../src/report/analytics/analytics.ts';
import { doraAnalytics } from '../../src/report/analytics/dora.ts';
import { failRateLevel, frequencyLevel, leadTimeLevel, recoveryLevel } from '../../src/report/dora/levels.ts';
import { measuresOf } from '../../src/report/dora/measures.ts';
import { displayWidth } from '../../src/report/terminal/width.ts';
import { hostileTexts, nowMs, pipe, terminal } from './testView.ts';

const delivery = (values: Partial<Delivery> = {}): Delivery => ({
  deployment: 'gateway',
  environment: 'production',
  host: null,
  hosts: 1,
  successful: { count: 19, of: 20 },
  leadSeconds: summary([7200, 7200, 90_000]),
  changes: 18,
  fromCommit: 2,
  bad: { count: 2, of: 20 },
  recoverySeconds: summary([600, null]),
  rework: { count: 1, of: 20 },
  ...values,
});

const period = { fromMs: nowMs - 30 * 86_400_000, untilMs: nowMs };
const [hour, day, week, month] = [3600, 86_400, 604_800, 2_629_800];

describe('Levels of the DORA report 2024', () => {
  test.each<[measure: string, level: (value: number) => string | null, cases: [number, string | null][]]>([
    [
      'deployment frequency',
      frequencyLevel,
      [
        [1.01, 'elite'],
        [1, 'high'],
        [1 / 7, 'high'],
        [0.14, 'medium'],
        [1 / 30, 'medium'],
        [0.03, 'low'],
        [1 / 182, 'low'],
        [0.005, null],
        [0, null],
      ],
    ],
    [
      'lead time for changes',
      leadTimeLevel,
      [
        [0, 'elite'],
        [day - 1, 'elite'],
        [day, 'high'],
        [week, 'high'],
        [week + 1, 'medium'],
        [month, 'medium'],
        [month + 1, 'low'],
        [6 * month, 'low'],
        [6 * month + 1, null],
      ],
    ],
    [
      'change fail rate',
      failRateLevel,
      [
        [0, 'elite'],
        [0.05, 'elite'],
        [0.051, 'high or medium'],
        [0.2, 'high or medium'],
        [0.21, 'low'],
        [0.4, 'low'],
        [0.41, null],
      ],
    ],
    [
      'failed deployment recovery time',
      recoveryLevel,
      [
        [0, 'elite'],
        [hour, 'high or medium'],
        [day - 1, 'high or medium'],
        [day, null],
        [week - 1, null],
        [week, 'low'],
        [month, 'low'],
        [month + 1, null],
      ],
    ],
  ])('the levels of %s have the limits of the report', (_, level, cases) => {
    expect(cases.map(([value]) => [value, level(value)])).toEqual(cases);
  });
});

describe('stats --dora', () => {
  test('each measure has its value, what it is computed from and its level, and rework has no level', () => {
    expect(measuresOf(delivery(), 30)).toEqual([
      { name: 'lead_time_for_changes', value: 7200, unit: 'seconds', count: 3, of: 18, level: 'elite' },
      { name: 'deployment_frequency', value: 0.633333, unit: 'per day', count: 19, of: 20, level: 'high' },
      {
        name: 'failed_deployment_recovery_time',
        value: 600,
        unit: 'seconds',
        count: 1,
        of: 2,
        level: 'elite',
      },
      { name: 'change_fail_rate', value: 0.1, unit: 'ratio', count: 2, of: 20, level: 'high or medium' },
      { name: 'deployment_rework_rate', value: 0.05, unit: 'ratio', count: 1, of: 20, level: null },
    ]);
    const nothing = { leadSeconds: summary([]), recoverySeconds: summary([]) };
    const unknown = measuresOf(delivery(nothing), 30).filter(({ value }) => value === null);
    expect(unknown.map(({ level }) => level)).toEqual([null, null]);
  });

  test('the table names the year of the report, the definitions and the hosts behind the count', () => {
    const figures = doraAnalytics([delivery({ hosts: 3 })], { ...period, byHost: false });
    expect(formatAnalytics(figures, { ...pipe, format: 'table' }).split('\n')).toMatchInlineSnapshot(`
      [
        "MEASURE                                 VALUE  FROM                                           DORA 2024",
        "lead time for changes                      2h  3 of 18 changes have a commit time or trigger  elite",
        "deployment frequency             4.4 per week  19 of 20 deployments in 30d                    high",
        "failed deployment recovery time           10m  1 of 2 recovered                               elite",
        "change fail rate                        10.0%  2 of 20 deployments                            high or medium",
        "deployment rework rate                   5.0%  1 of 20 deployments                            no level",
        "",
        "from 2025-12-16T10:00:00.000Z to 2026-01-15T10:00:00.000Z; levels: Accelerate State of DevOps Report 2024",
        "gateway production ran on 3 hosts: a deployment counts once on each; see --by host",
        "lead time for changes: median from the commit, otherwise --triggered-at, to the end of the deployment",
        "deployment frequency: deployments that ended with success or warning, per day of the period",
        "failed deployment recovery time: median from the failure to the rollback or the next success on that host",
        "change fail rate: deployments that failed or were rolled back, of all",
        "deployment rework rate: rollbacks, hotfixes, and deployments right after one that was rolled back or failed after its cutover, of all",
        "",
      ]
    `);
  });

  test('JSON and CSV have the same figures', () => {
    const figures = doraAnalytics([delivery({ host: 'web-1' })], { ...period, byHost: true });
    const json = JSON.parse(formatAnalytics(figures, { ...pipe, format: 'json' }));
    expect(json).toMatchObject({
      report: 'Accelerate State of DevOps Report 2024',
      until: '2026-01-15T10:00:00.000Z',
      groups: [
        {
          host: 'web-1',
          lead_time_for_changes: {
            value: 7200,
            count: 3,
            of: 18,
            p95: 90_000,
            from_commit: 2,
            from_trigger: 1,
          },
          deployment_rework_rate: { value: 0.05, level: null },
        },
      ],
    });
    const csv = formatAnalytics(figures, { ...pipe, format: 'csv' }).split('\r\n');
    expect(csv).toHaveLength(7);
    expect(csv[2]).toBe('gateway,production,web-1,deployment_frequency,0.633333,per day,19,20,high');
  });

  test('the table fits a narrow terminal, whatever the names are', () => {
    const sites = hostileTexts.map((name) =>
      delivery({ deployment: name, environment: name, host: name, hosts: 2 }),
    );
    for (const byHost of [true, false]) {
      const text = formatAnalytics(doraAnalytics(sites, { ...period, byHost }), {
        ...terminal(60),
        format: 'table',
      });
      expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(60);
    }
  });
});
