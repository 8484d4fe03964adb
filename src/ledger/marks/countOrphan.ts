import type { StageErrorType } from '../../model.ts';
import { type DeploymentRow, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { countAttempts } from '../totals/healthTotals.ts';
import { countCost, countSmokeTest } from '../totals/recordTotals.ts';
import { countMigration, countRun, groupId, Totals } from '../totals/totals.ts';
import { countRollback } from './applyRollback.ts';

/** The service of an incomplete deployment's marks that named none. */
export const unknownService = 'unknown';

const fragmentTables = [
  'deployment_stages',
  'health_verifications',
  'health_checks',
  'migrations',
  'smoke_tests',
  'post_deployment_errors',
];

/** Counts the marks of a deployment that were stored before its start was known: once, as if they came now. */
export function countOrphan(
  database: Database,
  { row, wallMs }: { row: DeploymentRow; wallMs: number },
): void {
  for (const table of fragmentTables)
    database
      .prepare(`UPDATE ${table} SET service = ? WHERE deployment_id = ? AND service = ?`)
      .run(row.service, row.deploymentId, unknownService);
  for (const run of endedRuns(database, row.deploymentId))
    countRun(database, { row, run: { ...run, wallMs } });
  for (const applied of appliedMigrations(database, row.deploymentId))
    countMigration(database, { row, ...applied });
  const group = groupId(database, groupKeyOf(row));
  for (const { verificationId, checkType, success } of verifications(database, row.deploymentId)) {
    const attempts = attemptsOf(database, verificationId);
    countAttempts(database, { groupId: group, checkType, success: success === 1, attempts, wallMs });
  }
  for (const { test, status } of smokeTests(database, row.deploymentId))
    countSmokeTest(database, { row, test, success: status === 'success', wallMs });
  for (const { resource, usd } of costs(database, row.deploymentId))
    countCost(database, { row, resource, usd, wallMs });
  const totals = new Totals(database, group);
  for (const { reasonClass, success } of settledRollbacks(database, row.deploymentId))
    countRollback(totals, { reasonClass, success: success === 1 });
}

interface KeptRun {
  readonly service: string;
  readonly stage: string;
  readonly durationSeconds: number | null;
  readonly status: 'success' | 'failed';
  readonly errorType: StageErrorType | null;
}

function endedRuns(database: Database, deploymentId: string): KeptRun[] {
  return database
    .prepare<unknown[], KeptRun>(
      `SELECT service, stage, duration_seconds AS durationSeconds, status, error_type AS errorType
       FROM deployment_stages WHERE deployment_id = ? AND status <> 'running' ORDER BY id`,
    )
    .all(deploymentId);
}

function appliedMigrations(database: Database, deploymentId: string) {
  return database
    .prepare<unknown[], Selected<'migrations', { status: 'status'; count: 'migration_count' }>>(
      'SELECT status, migration_count AS count FROM migrations WHERE deployment_id = ? ORDER BY id',
    )
    .all(deploymentId);
}

function verifications(database: Database, deploymentId: string) {
  return database
    .prepare<
      unknown[],
      Selected<
        'health_verifications',
        { verificationId: 'verification_id'; checkType: 'check_type'; success: 'success' }
      >
    >(
      `SELECT verification_id AS verificationId, check_type AS checkType, success
       FROM health_verifications WHERE deployment_id = ? ORDER BY id`,
    )
    .all(deploymentId);
}

function attemptsOf(database: Database, verificationId: string) {
  const kept = database
    .prepare<
      unknown[],
      Selected<
        'health_checks',
        { status: 'status'; latencySeconds: 'latency_seconds'; statusCode: 'status_code'; verdict: 'verdict' }
      >
    >(
      `SELECT status, latency_seconds AS latencySeconds, status_code AS statusCode, verdict
       FROM health_checks WHERE verification_id = ? ORDER BY id`,
    )
    .all(verificationId);
  return kept.map((attempt) => ({ ...attempt, healthy: attempt.status === 'healthy' }));
}

function smokeTests(database: Database, deploymentId: string) {
  return database
    .prepare<unknown[], Selected<'smoke_tests', { test: 'test_name'; status: 'status' }>>(
      'SELECT test_name AS test, status FROM smoke_tests WHERE deployment_id = ? ORDER BY id',
    )
    .all(deploymentId);
}

function costs(database: Database, deploymentId: string) {
  return database
    .prepare<unknown[], Selected<'infrastructure_costs', { resource: 'resource'; usd: 'cost_usd' }>>(
      'SELECT resource, cost_usd AS usd FROM infrastructure_costs WHERE deployment_id = ? ORDER BY id',
    )
    .all(deploymentId);
}

function settledRollbacks(database: Database, deploymentId: string) {
  return database
    .prepare<unknown[], Selected<'rollbacks', { reasonClass: 'reason_class'; success: 'success' }>>(
      'SELECT reason_class AS reasonClass, success FROM rollbacks WHERE deployment_id = ? AND settled = 1',
    )
    .all(deploymentId);
}
