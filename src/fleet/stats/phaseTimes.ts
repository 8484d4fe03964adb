import { type PhaseTimes, phaseTimesOf } from '../../ledger/analytics/phaseTimes.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import { hasNotFailed } from '../../ledger/statuses.ts';
import { phaseColumns } from '../../model.ts';
import { finished } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { readShares } from './phases.ts';
import type { Query } from './query.ts';

const named = Object.entries(phaseColumns);
/** The newest runs, which are compared with all. */
const mostNewest = 25;

/** `stats --phases` of the store. */
export async function readStorePhases(query: Query, filter: LimitedFilter): Promise<PhaseTimes[]> {
  const { sql, values } = finished(filter);
  const [shares, times, failures] = await Promise.all([
    readShares(query, { sql, values }),
    query(timesSql(sql), values),
    query(failuresSql(sql), values),
  ]);
  const ofStage = new Map(times.map((row) => [String(row.stage), row]));
  return phaseTimesOf({
    shares,
    timesOf(stage) {
      const row = ofStage.get(stage);
      const newest = (row?.newest as number[] | null | undefined) ?? [];
      return { median: (row?.median as number) ?? null, p95: (row?.p95 as number) ?? null, newest };
    },
    failed: new Map(failures.map((row) => [String(row.stage), Number(row.failed)])),
  });
}

/** The seconds of each phase in each successful deployment: quantiles of all, and the newest ones. */
function timesSql(sql: string): string {
  const ofColumns = named.map(
    ([stage, column]) => `SELECT '${stage}' AS stage, d.${column} AS took, d.deployment_started_at AS began
      FROM ${viewSchema}.deployment_metrics d WHERE d.${column} IS NOT NULL AND d.${hasNotFailed} AND ${sql}`,
  );
  const ofRuns = `SELECT s.stage, sum(s.duration_seconds) AS took, d.deployment_started_at AS began
      FROM ${viewSchema}.deployment_metrics d
      JOIN ${viewSchema}.deployment_stages s ON s.ledger_id = d.ledger_id AND s.deployment_id = d.deployment_id
      WHERE s.stage NOT IN (${named.map(([stage]) => `'${stage}'`).join(', ')}) AND s.of_rollback = 0 AND s.late = 0
        AND s.duration_seconds IS NOT NULL AND d.${hasNotFailed} AND ${sql}
      GROUP BY s.stage, d.ledger_id, d.deployment_id, d.deployment_started_at`;
  return `WITH each AS (${[...ofColumns, ofRuns].join(' UNION ALL ')}),
    placed AS (SELECT stage, took, row_number() OVER (PARTITION BY stage ORDER BY began DESC) AS place FROM each)
    SELECT stage, percentile_disc(0.5) WITHIN GROUP (ORDER BY took) AS median,
      percentile_disc(0.95) WITHIN GROUP (ORDER BY took) AS p95,
      array_agg(took ORDER BY place) FILTER (WHERE place <= ${mostNewest}) AS newest
    FROM placed GROUP BY stage`;
}

function failuresSql(sql: string): string {
  return `SELECT stage, count(*) AS failed FROM (
      SELECT DISTINCT s.stage, s.ledger_id, s.deployment_id
      FROM ${viewSchema}.deployment_metrics d
      JOIN ${viewSchema}.deployment_stages s ON s.ledger_id = d.ledger_id AND s.deployment_id = d.deployment_id
      WHERE s.status = 'failed' AND s.judged <> 'no' AND s.of_rollback = 0 AND s.late = 0 AND ${sql}) AS f
    GROUP BY stage ORDER BY failed DESC, stage`;
}
