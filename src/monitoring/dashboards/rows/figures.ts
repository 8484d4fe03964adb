import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { hasEnded, hasFailed } from '../../../ledger/statuses.ts';
import { asCount, stat } from '../figures.ts';
import { nothingYet } from '../mappings.ts';
import { thresholds } from '../thresholds.ts';
import { chosen, inRange, key } from './select.ts';

/** How the deployments of the range went. */
export function figures(): Builder<Panel>[] {
  return [successRate(), failed(), rollbacks(), hosts()];
}

function successRate(): Builder<Panel> {
  return stat({
    title: 'Success rate',
    description: 'Finished deployments that began in the range and did not fail, and how many there are.',
    span: 6,
    height: 4,
    queries: [
      {
        sql: inRange(`avg(CASE WHEN ${hasFailed} THEN 0.0 ELSE 1.0 END) AS "Success rate"`, hasEnded),
        kind: 'table',
      },
      { sql: inRange('count(*) AS "Deployments"', hasEnded), kind: 'table', as: asCount },
    ],
    unit: 'percentunit',
    decimals: 1,
    thresholds: thresholds.success,
    mappings: nothingYet,
    noValue: 'no deployment in range',
  });
}

function failed(): Builder<Panel> {
  return stat({
    title: 'Failed deployments',
    description: 'Deployments that began in the range and failed.',
    span: 6,
    height: 4,
    queries: [{ sql: inRange('count(*) AS "Failed"', hasFailed), kind: 'table' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.count,
    noValue: 'no deployment in range',
  });
}

function rollbacks(): Builder<Panel> {
  return stat({
    title: 'Rollbacks',
    description: 'Successful rollbacks in the range.',
    span: 6,
    height: 4,
    queries: [
      {
        sql: `SELECT count(*) AS "Rollbacks"
  FROM (SELECT ${key} FROM deploytrack.rollbacks WHERE success = 1 AND $__timeFilter(at)) AS r
  JOIN deploytrack.deployment_metrics AS d USING (${key})
  WHERE ${chosen}`,
        kind: 'table',
      },
    ],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.rollbacks,
    noValue: 'no rollback in range',
  });
}

function hosts(): Builder<Panel> {
  return stat({
    title: 'Hosts',
    description: 'Hosts with a deployment that began in the range.',
    span: 6,
    height: 4,
    queries: [{ sql: inRange('count(DISTINCT instance) AS "Hosts"'), kind: 'table' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.calm,
    noValue: 'no host yet',
  });
}
