import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines } from '../charts.ts';
import { type Column, table } from '../table.ts';
import { thresholds } from '../thresholds.ts';
import { inRange, key, ofDeployment } from './select.ts';

/** Which phase is slow on which host, and which became slow everywhere. */
export function phases(): Builder<Panel>[] {
  return [slowest(), overTime()];
}

/** Successful runs of phases in the deployments of the range. */
const runs = (columns: string): string => `runs AS (
  SELECT ${columns}, s.duration_seconds AS took
  FROM each JOIN deploytrack.deployment_stages AS s USING (${key})
  WHERE s.status = 'success' AND s.duration_seconds IS NOT NULL AND ${ofDeployment}
)`;

const median = 'percentile_disc(0.5) WITHIN GROUP (ORDER BY took)';

function slowest(): Builder<Panel> {
  return table({
    title: 'Slowest phases by host',
    description:
      'Median of the successful runs in the range, on this host and on all selected hosts. A factor of 2 means twice as slow as the others.',
    span: 12,
    height: 10,
    queries: [{ sql: slowestSql, kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no phase succeeded in the range',
    columns: slowestColumns,
  });
}

const slowestSql = `WITH each AS (
  ${inRange(`${key}, instance`)}
),
${runs('s.stage, instance')},
everywhere AS (
  SELECT stage, ${median} AS median_of_all
  FROM runs
  GROUP BY stage
),
by_host AS (
  SELECT stage, instance, count(*) AS runs, ${median} AS median, max(took) AS longest
  FROM runs
  GROUP BY stage, instance
)
SELECT stage, instance, runs, median, median_of_all, median / nullif(median_of_all, 0) AS factor, longest
FROM by_host JOIN everywhere USING (stage)
ORDER BY median DESC, stage, instance
LIMIT 200`;

const slowestColumns: readonly Column[] = [
  { field: 'stage', title: 'Phase' },
  { field: 'instance', title: 'Host' },
  { field: 'runs', title: 'Runs', unit: 'short', decimals: 0 },
  { field: 'median', title: 'Median', unit: 's', decimals: 2 },
  { field: 'median_of_all', title: 'On all hosts', unit: 's', decimals: 2 },
  { field: 'factor', title: 'Factor', unit: 'short', decimals: 2, thresholds: thresholds.slowerBy },
  { field: 'longest', title: 'Longest', unit: 's', decimals: 2 },
];

function overTime(): Builder<Panel> {
  return lines({
    title: 'Phases over time',
    description:
      'Mean of the successful runs of each phase on all selected hosts, by the start of their deployment.',
    span: 12,
    height: 10,
    queries: [
      {
        sql: `WITH each AS (
  ${inRange(`${key}, deployment_started_at AS began`)}
),
${runs('s.stage, began')}
SELECT $__timeGroup(began,'$__interval') AS "time", stage AS metric, avg(took) AS value
FROM runs
GROUP BY 1, 2
ORDER BY 1, 2`,
        kind: 'series',
      },
    ],
    unit: 's',
    decimals: 2,
    thresholds: thresholds.none,
    noValue: 'no phase succeeded in the range',
    interval: '1h',
    gaps: true,
  });
}
