import type { Database } from '../file/addon.ts';

/** A time in which the endpoint did not respond; open while `endedAt` is null. */
export interface Outage {
  readonly runId: string;
  readonly beganAt: string;
  readonly endedAt: string | null;
  readonly seconds: number | null;
}

/** One rollback, with its result. */
export interface Rollback {
  readonly at: string;
  readonly reason: string;
  readonly fromVersion: string | null;
  readonly toVersion: string | null;
  readonly success: boolean;
  /** False while the rollback is in progress. */
  readonly settled: boolean;
  readonly byDeploymentId: string | null;
  /** How long the rolled back deployment had been in service. */
  readonly livedSeconds: number | null;
  readonly exitCode: number | null;
  readonly errorMessage: string | null;
}

/** A warning that was stored with a deployment. */
export interface StoredWarning {
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

export function readOutages(db: Database, deploymentId: string): Outage[] {
  return db
    .prepare<[string], Outage>(
      `SELECT run_id AS runId, began_at AS beganAt, ended_at AS endedAt, seconds
       FROM outages WHERE deployment_id = ? ORDER BY id`,
    )
    .all(deploymentId);
}

export function readRollbacks(db: Database, deploymentId: string): Rollback[] {
  return db
    .prepare<[string], Omit<Rollback, 'success' | 'settled'> & { success: number; settled: number }>(
      `SELECT at, reason, from_version AS fromVersion, to_version AS toVersion, success, settled,
              by_deployment_id AS byDeploymentId, lived_seconds AS livedSeconds, exit_code AS exitCode,
              error_message AS errorMessage
       FROM rollbacks WHERE deployment_id = ? ORDER BY id`,
    )
    .all(deploymentId)
    .map((row) => ({ ...row, success: row.success !== 0, settled: row.settled !== 0 }));
}

/** The most recent ones of any deployment and of none, the newest first. */
export function lastWarnings(db: Database, limit: number): StoredWarning[] {
  return db
    .prepare<[number], StoredWarning>('SELECT at, code, message FROM warnings ORDER BY id DESC LIMIT ?')
    .all(limit);
}

export function readWarnings(db: Database, deploymentId: string): StoredWarning[] {
  return db
    .prepare<[string], StoredWarning>(
      'SELECT at, code, message FROM warnings WHERE deployment_id = ? ORDER BY id',
    )
    .all(deploymentId);
}
