import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { hasEndedWell, hasFailed, isOpen } from '../../../ledger/statuses.ts';
import { type Column, table } from '../table.ts';
import { thresholds } from '../thresholds.ts';
import { inRange, key, rollout } from './select.ts';

/** The deployments of one version over the hosts, as one thing. */
export function rolloutTable(): Builder<Panel> {
  return table({
    title: 'Rollouts',
    description:
      'Deployments of one version over the hosts that began in the range; of each host the newest attempt. It took from the first start to the last end.',
    span: 24,
    height: 8,
    queries: [{ sql: rolloutsSql, kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no deployment in range',
    columns,
  });
}

const rolloutsSql = `WITH each AS (
  ${inRange(`${key}, ${rollout}, instance, deployment_started_at AS began, deployment_completed_at AS ended,
    deployment_status, total_duration AS took,
    row_number() OVER (PARTITION BY ${rollout}, instance ORDER BY deployment_started_at DESC, ${key}) AS attempt`)}
),
back AS (
  SELECT DISTINCT ${key}, 1 AS rolled_back
  FROM each JOIN deploytrack.rollbacks AS r USING (${key})
  WHERE r.success = 1
),
placed AS (
  SELECT each.*, rolled_back, row_number() OVER (PARTITION BY ${rollout} ORDER BY coalesce(took, -1) DESC, instance) AS slow
  FROM each LEFT JOIN back USING (${key})
)
SELECT min(began) AS began, ${rollout}, count(DISTINCT instance) AS hosts,
  count(CASE WHEN attempt = 1 AND ${hasEndedWell} THEN 1 END) AS done,
  count(CASE WHEN attempt = 1 AND ${hasFailed} THEN 1 END) AS failed,
  count(CASE WHEN attempt = 1 AND ${isOpen} THEN 1 END) AS running,
  count(rolled_back) AS rolled_back, count(*) AS attempts,
  CAST(extract(epoch FROM max(ended) - min(began)) AS double precision) AS seconds,
  max(CASE WHEN slow = 1 AND took IS NOT NULL THEN instance END) AS slowest, max(took) AS slowest_took
FROM placed
GROUP BY ${rollout}
ORDER BY 1 DESC, ${rollout}
LIMIT 200`;

const columns: readonly Column[] = [
  { field: 'began', title: 'Started', unit: 'dateTimeAsIso', width: 170 },
  { field: 'deployment', title: 'Deployment' },
  { field: 'environment', title: 'Environment' },
  { field: 'version', title: 'Version' },
  { field: 'hosts', title: 'Hosts', unit: 'short', decimals: 0 },
  { field: 'done', title: 'Done', unit: 'short', decimals: 0 },
  { field: 'failed', title: 'Failed', unit: 'short', decimals: 0, thresholds: thresholds.count },
  { field: 'running', title: 'In progress', unit: 'short', decimals: 0, thresholds: thresholds.running },
  {
    field: 'rolled_back',
    title: 'Rolled back',
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.rollbacks,
  },
  { field: 'attempts', title: 'Deployments', unit: 'short', decimals: 0 },
  { field: 'seconds', title: 'Took', unit: 's', decimals: 1 },
  { field: 'slowest', title: 'Slowest host' },
  {
    field: 'slowest_took',
    title: 'Its time',
    unit: 's',
    decimals: 1,
    thresholds: thresholds.duration,
  },
];
