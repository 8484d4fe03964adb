import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { hasEndedWell } from '../../../ledger/statuses.ts';
import { lines, stackedBars } from '../charts.ts';
import { statusColumnBars } from '../mappings.ts';
import { thresholds } from '../thresholds.ts';
import { inRange, rollout } from './select.ts';

/** Deployments and rollouts over time. */
export function overTime(): Builder<Panel>[] {
  return [byStatus(), progress()];
}

function byStatus(): Builder<Panel> {
  return stackedBars({
    title: 'Deployments over time',
    description: 'Deployments of all selected hosts by their start and status.',
    span: 12,
    height: 8,
    queries: [
      {
        sql: `${inRange(`$__timeGroup(deployment_started_at,'$__interval') AS "time", deployment_status AS metric, count(*) AS value`)}
  GROUP BY 1, 2
  ORDER BY 1, 2`,
        kind: 'series',
      },
    ],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.none,
    noValue: 'no deployment in range',
    interval: '1h',
    looks: statusColumnBars,
  });
}

/** How many rollouts are drawn; the newest ones. */
const drawn = 20;

/** A host is reached when its first deployment without a failure ends. */
const progressSql = `WITH each AS (
  ${inRange(`${rollout}, instance, deployment_started_at AS began,
    CASE WHEN ${hasEndedWell} THEN deployment_completed_at END AS ended`)}
),
newest AS (
  SELECT ${rollout} FROM each GROUP BY ${rollout} ORDER BY min(began) DESC, ${rollout} LIMIT ${drawn}
),
reached AS (
  SELECT ${rollout}, instance, min(ended) AS at
  FROM each JOIN newest USING (${rollout})
  WHERE ended IS NOT NULL
  GROUP BY ${rollout}, instance
),
steps AS (
  SELECT $__timeGroup(at,'$__interval') AS "time", deployment || ' ' || version || ' ' || environment AS metric, count(*) AS hosts
  FROM reached
  GROUP BY 1, 2
)
SELECT "time", metric, sum(hosts) OVER (PARTITION BY metric ORDER BY "time") AS value
FROM steps
ORDER BY 1, 2`;

function progress(): Builder<Panel> {
  return lines({
    title: 'Rollouts over time',
    description: `Hosts on which a version was deployed without a failure, from the start of its rollout on: the ${drawn} newest rollouts.`,
    span: 12,
    height: 8,
    queries: [{ sql: progressSql, kind: 'series' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.none,
    noValue: 'no version was rolled out in the range',
    interval: '1m',
    gaps: true,
  });
}
