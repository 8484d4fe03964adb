import type { Breakdown, BreakdownBy, Part } from '../../ledger/analytics/breakdown.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import { hasFailed, hasNotFailed } from '../../ledger/statuses.ts';
import { phaseColumns } from '../../model.ts';
import { finished } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { iso, type Query, seconds, sumOfSeconds } from './query.ts';

/** What the groups differ by, besides deployment and environment. */
const keys: Readonly<Record<BreakdownBy, string>> = {
  version: 'd.version AS version, NULL AS previous_version, NULL AS host',
  upgrade: 'd.version AS version, d.previous_version AS previous_version, NULL AS host',
  host: 'NULL AS version, NULL AS previous_version, COALESCE(d.hostname, d.instance) AS host',
};

/** `stats --by version|upgrade|host` of the store; groups, that of the newest deployment first. */
export async function readStoreBreakdown(
  query: Query,
  { by, filter }: { by: BreakdownBy; filter: LimitedFilter },
): Promise<Breakdown> {
  const { sql, values } = finished(filter);
  const rows = await query(
    `WITH each AS (
      SELECT COALESCE(d.deployment, '') AS deployment, COALESCE(d.environment, '') AS environment, ${keys[by]},
        d.deployment_status, d.total_duration, COALESCE(d.downtime_duration, d.${phaseColumns.cutover}) AS downtime,
        d.deployment_started_at AS began, (SELECT 1 FROM ${viewSchema}.rollbacks r
          WHERE r.ledger_id = d.ledger_id AND r.deployment_id = d.deployment_id AND r.success = 1 LIMIT 1) IS NOT NULL AS rolled_back
      FROM ${viewSchema}.deployment_metrics d WHERE ${sql})
    SELECT deployment, environment, version, previous_version, host, count(*) AS deployments,
      count(*) FILTER (WHERE ${hasFailed}) AS failed, count(*) FILTER (WHERE rolled_back) AS rolled_back,
      percentile_disc(0.5) WITHIN GROUP (ORDER BY total_duration) FILTER (WHERE ${hasNotFailed}) AS median,
      ${sumOfSeconds('downtime')} AS downtime, max(began) AS last
    FROM each GROUP BY deployment, environment, version, previous_version, host ORDER BY last DESC`,
    values,
  );
  return { parts: rows.map(partOf), hasOlder: false, quantileError: null };
}

function partOf(row: Readonly<Record<string, unknown>>): Part {
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
  return {
    deployment: String(row.deployment),
    environment: String(row.environment),
    version: text(row.version),
    previousVersion: text(row.previous_version),
    host: text(row.host),
    deployments: Number(row.deployments),
    failed: Number(row.failed),
    rolledBack: Number(row.rolled_back),
    medianSeconds: seconds(row.median),
    downtimeSeconds: seconds(row.downtime),
    lastStartedAt: iso(row.last),
  };
}
