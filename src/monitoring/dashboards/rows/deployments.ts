import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { statusColumn } from '../mappings.ts';
import { addressColumns, type Column, table } from '../table.ts';
import { thresholds } from '../thresholds.ts';
import { inRange, key, ofDeployment } from './select.ts';

/** Each deployment with its error, and the errors that deployments have in common. */
export function deployments(): Builder<Panel>[] {
  return [listed(), inCommon()];
}

/** How many deployments are listed; the newest ones. */
const most = 500;

const page = `CASE WHEN '$page' LIKE 'http%' THEN rtrim('$page', '/') || '/#/d/' || deployment_id END`;

function listed(): Builder<Panel> {
  return table({
    title: 'Deployments',
    description: `The ${most} newest deployments that began in the range, with what failed and why.`,
    span: 24,
    height: 12,
    queries: [{ sql: listedSql, kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no deployment in range',
    columns: listedColumns,
  });
}

const listedSql = `WITH shown AS (
  ${inRange(`${key}, id, deployment_started_at, deployment_status, instance, deployment, environment, version, total_duration,
    downtime_duration, error_message, url`)}
  ORDER BY deployment_started_at DESC, ledger_id, id DESC
  LIMIT ${most}
),
steps AS (
  SELECT ${key}, string_agg(s.stage || coalesce(': ' || s.error_message, ''), '; ' ORDER BY s.id) AS failed_phases
  FROM shown JOIN deploytrack.deployment_stages AS s USING (${key})
  WHERE s.status = 'failed' AND s.judged <> 'no' AND ${ofDeployment}
  GROUP BY ${key}
),
back AS (
  SELECT DISTINCT ${key}, 'rolled back' AS rollback
  FROM shown JOIN deploytrack.rollbacks AS r USING (${key})
  WHERE r.success = 1
)
SELECT deployment_started_at, deployment_status, rollback, instance, deployment, environment, version, total_duration,
  downtime_duration, error_message, failed_phases, deployment_id, url, ${page} AS page
FROM shown LEFT JOIN steps USING (${key}) LEFT JOIN back USING (${key})
ORDER BY deployment_started_at DESC, ledger_id, id DESC`;

const listedColumns: readonly Column[] = [
  { field: 'deployment_started_at', title: 'Started', unit: 'dateTimeAsIso', width: 170 },
  { field: 'deployment_status', title: 'Status', mappings: statusColumn, filled: true, width: 100 },
  { field: 'rollback', title: 'Rollback', width: 100 },
  { field: 'instance', title: 'Host' },
  { field: 'deployment', title: 'Deployment' },
  { field: 'environment', title: 'Environment' },
  { field: 'version', title: 'Version' },
  { field: 'total_duration', title: 'Took', unit: 's', decimals: 1, thresholds: thresholds.duration },
  {
    field: 'downtime_duration',
    title: 'Downtime',
    unit: 's',
    decimals: 1,
    thresholds: thresholds.downtime,
  },
  { field: 'error_message', title: 'Error', width: 300 },
  { field: 'failed_phases', title: 'Failed phases', width: 300 },
  { field: 'deployment_id', title: 'ID', link: 'deploymentOfStore', width: 230 },
  ...addressColumns,
];

/** Health checks decide by their row of their own, and the phase around them by none. */
function inCommon(): Builder<Panel> {
  return table({
    title: 'Errors',
    description:
      'What failed in the deployments that began in the range: phases, smoke tests and health checks with one error together.',
    span: 24,
    height: 9,
    queries: [{ sql: errorsSql, kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no failure in range',
    columns: errorsColumns,
  });
}

const failing = (
  table: string,
  what: string,
  condition: string,
) => `SELECT ${key}, instance, version, began, ${what} AS step,
  left(coalesce(s.error_message, 'without a message'), 200) AS error
  FROM each JOIN deploytrack.${table} AS s USING (${key})
  WHERE ${condition} AND s.judged <> 'no' AND ${ofDeployment}`;
const steps = [
  failing('deployment_stages', 's.stage', "s.status = 'failed'"),
  failing('smoke_tests', "'smoke test ' || s.test_name", "s.status = 'failure'"),
  failing('health_verifications', "'health check ' || s.check_type", 's.success = 0'),
];

const errorsSql = `WITH each AS (
  ${inRange(`${key}, instance, version, deployment_started_at AS began`)}
),
errors AS (
  ${steps.join('\n  UNION ALL\n  ')}
)
SELECT step, error, count(DISTINCT ledger_id || ' ' || deployment_id) AS deployments, count(DISTINCT instance) AS hosts,
  count(DISTINCT version) AS versions, min(began) AS first_seen, max(began) AS last_seen, min(instance) AS for_example
FROM errors
GROUP BY step, error
ORDER BY 3 DESC, step, error
LIMIT 200`;

const errorsColumns: readonly Column[] = [
  { field: 'step', title: 'Step' },
  { field: 'error', title: 'Error', width: 400 },
  { field: 'deployments', title: 'Deployments', unit: 'short', decimals: 0 },
  { field: 'hosts', title: 'Hosts', unit: 'short', decimals: 0 },
  { field: 'versions', title: 'Versions', unit: 'short', decimals: 0 },
  { field: 'first_seen', title: 'First', unit: 'dateTimeAsIso', width: 170 },
  { field: 'last_seen', title: 'Last', unit: 'dateTimeAsIso', width: 170 },
  { field: 'for_example', title: 'For example' },
];
