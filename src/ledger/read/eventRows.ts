import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import { atMostOneEach } from './budgetWeights.ts';

/** A complete deployment. Times are ISO 8601, durations seconds. */
export interface DeploymentEventRow {
  readonly id: string;
  readonly instance: string;
  readonly deployment: string;
  readonly environment: string;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly status: string;
  readonly discarded: number;
  readonly totalSeconds: number | null;
  readonly downtimeSeconds: number | null;
  readonly timeToHealthySeconds: number | null;
  readonly timeToDeploySeconds: number | null;
  readonly healthy: number;
}

/** An event of a deployment; the meaning of the columns depends on the table. */
export interface EventRow {
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly status: string;
  /** Stage, test, reason or cause. */
  readonly name: string;
  readonly amount: number;
}

export interface VerificationRow extends EventRow {
  readonly verificationId: string;
  readonly success: number;
  readonly late: number;
  readonly ofRollback: number;
}

/** One attempt of a verification, in the order they were made. */
export interface AttemptRow {
  readonly verificationId: string;
  readonly status: string;
}

/** All events that a rule could have seen as a count, from a time on. */
export interface LedgerEvents {
  readonly deployments: readonly DeploymentEventRow[];
  readonly stages: readonly EventRow[];
  readonly migrations: readonly EventRow[];
  readonly rollbacks: readonly EventRow[];
  readonly smokeTests: readonly EventRow[];
  readonly errorRates: readonly EventRow[];
  readonly budgetEvents: readonly EventRow[];
  readonly verifications: readonly VerificationRow[];
  readonly attempts: readonly AttemptRow[];
}

/** Rows by their events at or after `since` (ISO 8601). A table that the ledger does not have yet is empty. */
export function readEvents(db: Database, since: string): LedgerEvents {
  return transaction(db, { mode: 'read' }, () => ({
    deployments: rows<DeploymentEventRow>(db, { sql: deploymentsSql, since }),
    stages: events(db, { table: 'deployment_stages', columns: stageColumns, since }),
    migrations: events(db, { table: 'migrations', columns: migrationColumns, since }),
    rollbacks: events(db, { table: 'rollbacks', columns: rollbackColumns, since }),
    smokeTests: events(db, { table: 'smoke_tests', columns: smokeColumns, since }),
    errorRates: events(db, { table: 'post_deployment_errors', columns: errorRateColumns, since }),
    budgetEvents: capped(events(db, { table: 'error_budget_events', columns: budgetColumns, since })),
    verifications: rows<VerificationRow>(db, { sql: verificationsSql, since }),
    attempts: rows<AttemptRow>(db, { sql: attemptsSql, since }),
  }));
}

function capped(budgetEvents: readonly EventRow[]): EventRow[] {
  const weights = atMostOneEach(budgetEvents.map(({ id, amount }) => ({ id, weight: amount })));
  return budgetEvents.map((event, index) => ({ ...event, amount: weights[index] ?? 0 }));
}

function events(
  db: Database,
  { table, columns, since }: { table: string; columns: string; since: string },
): EventRow[] {
  const all = `SELECT id AS row, deployment_id AS deployment, ${columns} FROM ${table}`;
  const sql = `SELECT deployment AS id, at, service, status, name, amount FROM (${all}) WHERE at >= @since ORDER BY at, row`;
  return rows(db, { sql, since });
}

function rows<Row>(db: Database, { sql, since }: { sql: string; since: string }): Row[] {
  return db.prepare<unknown[], Row>(sql).all({ since });
}

/** All of them: a deployment that runs or is rolled back later began earlier. */
const deploymentsSql = `
  SELECT deployment_id AS id, COALESCE(instance, lower(hostname), '') AS instance,
         COALESCE(deployment, '') AS deployment, COALESCE(environment, '') AS environment,
         deployment_started_at AS startedAt, deployment_completed_at AS completedAt, deployment_status AS status,
         discarded, total_duration AS totalSeconds, COALESCE(downtime_duration, cutover_duration) AS downtimeSeconds,
         CAST(time_to_healthy AS REAL) AS timeToHealthySeconds, time_to_deploy AS timeToDeploySeconds,
         health_check_success AS healthy
  FROM deployment_metrics
  WHERE fragment = 0 AND deployment_id IS NOT NULL
    AND (deployment_completed_at IS NULL OR deployment_completed_at >= @since
         OR deployment_id IN (SELECT deployment_id FROM rollbacks WHERE at >= @since)
         OR deployment_id IN (SELECT deployment_id FROM health_verifications WHERE ended_at >= @since))
  ORDER BY deployment_started_at, id`;
/** A mark of a closed deployment is a row and changes no total, so a rule never sees it. */
const stageColumns =
  'CASE late WHEN 0 THEN ended_at END AS at, service, status, stage AS name, duration_seconds AS amount';
const migrationColumns = `
  CASE WHEN run_id NOT IN (SELECT run_id FROM deployment_stages WHERE late = 1) THEN finished_at END AS at,
  service, status, '' AS name, migration_count AS amount`;
const smokeColumns = 'run_at AS at, service, status, test_name AS name, 1 AS amount';
const errorRateColumns = "at, service, '' AS status, '' AS name, error_rate AS amount";
const budgetColumns = "at, '' AS service, '' AS status, cause AS name, weight AS amount";
const rollbackColumns =
  "at, '' AS service, CASE WHEN settled = 0 THEN '' WHEN success = 1 THEN 'success' ELSE 'failure' END AS status, reason_class AS name, 1 AS amount";
const verificationsSql = `
  SELECT deployment_id AS id, ended_at AS at, service, check_type AS name, verification_id AS verificationId,
         success, late, of_rollback AS ofRollback, '' AS status, time_to_healthy_seconds AS amount
  FROM health_verifications WHERE ended_at >= @since ORDER BY ended_at, id`;
const attemptsSql = `
  SELECT c.verification_id AS verificationId, c.status
  FROM health_checks c JOIN health_verifications v ON v.verification_id = c.verification_id
  WHERE v.ended_at >= @since ORDER BY c.id`;
