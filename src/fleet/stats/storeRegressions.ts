import {
  mostRuns,
  type PhaseRun,
  type Regressions,
  regressionsOf,
} from '../../ledger/analytics/regressions.ts';
import type { DeploymentFilter } from '../../ledger/read/filter.ts';
import { isoTime } from '../../model.ts';
import { longestDeploymentMs, matching, places } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { iso, type Query } from './query.ts';

/** `stats --regressions` of the store: the last runs of each phase on any host, one after the other. */
export async function readStoreRegressions(
  query: Query,
  { sinceMs, ...site }: { sinceMs: number } & DeploymentFilter,
): Promise<Regressions> {
  const { values, place } = places();
  const sql = matching(site, { place });
  const [since, began] = [sinceMs, Math.max(0, sinceMs - longestDeploymentMs)].map((ms) =>
    place(isoTime(ms)),
  );
  const rows = await query(
    `WITH recent AS (
       SELECT DISTINCT d.deployment, d.environment, s.service, s.stage
       ${runsOf(sql)} AND s.started_at >= ${since} AND d.deployment_started_at >= ${began})
     SELECT recent.deployment, recent.environment, recent.service, recent.stage, runs.*
     FROM recent CROSS JOIN LATERAL (
       SELECT s.duration_seconds AS seconds, d.version, s.started_at, s.ledger_id, s.id
       ${runsOf(sql)} AND s.service = recent.service AND s.stage = recent.stage AND d.deployment = recent.deployment
         AND d.environment = recent.environment
       ORDER BY s.started_at DESC, s.ledger_id DESC, s.id DESC LIMIT ${mostRuns}) AS runs
     ORDER BY recent.deployment, recent.environment, recent.service, recent.stage, runs.started_at, runs.ledger_id, runs.id`,
    values,
  );
  return regressionsOf(rows.map(runOf), sinceMs);
}

/** Successful runs, of no rollback and no discarded deployment. */
function runsOf(sql: string): string {
  return `FROM ${viewSchema}.deployment_stages s
       JOIN ${viewSchema}.deployment_metrics d ON d.ledger_id = s.ledger_id AND d.deployment_id = s.deployment_id
       WHERE s.status = 'success' AND s.of_rollback = 0 AND s.late = 0 AND s.duration_seconds IS NOT NULL
         AND d.deployment IS NOT NULL AND ${sql}`;
}

function runOf(row: Readonly<Record<string, unknown>>): PhaseRun {
  return {
    deployment: String(row.deployment),
    environment: String(row.environment),
    service: String(row.service),
    stage: String(row.stage),
    seconds: Number(row.seconds),
    version: String(row.version),
    startedAt: iso(row.started_at),
  };
}
