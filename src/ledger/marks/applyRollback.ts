import type { Warning } from '../../errors.ts';
import type { RollbackMark } from '../../marks.ts';
import { finalStatuses, isoTime, roundMicro } from '../../model.ts';
import { type DeploymentRow, deploymentOf, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { hasEndedWell } from '../statuses.ts';
import { groupId, Totals, touchGroup } from '../totals/totals.ts';
import { noteRollback } from './budgetEvents.ts';

/** A rollback is an event of its own: it changes no final status. Counted once, when its result is known. */
export function applyRollback(database: Database, mark: RollbackMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  const reasonClass = reasonLabel(mark.reason);
  const settled = database
    .prepare('SELECT settled FROM rollbacks WHERE rollback_id = ?')
    .pluck()
    .get(mark.rollbackId);
  if (settled === 1) return [settledBefore(row)];
  keepRollback(database, { mark, row, reasonClass });
  if (!row.fragment) {
    const group = groupId(database, groupKeyOf(row));
    if (mark.step !== 'begin')
      countRollback(new Totals(database, group), { reasonClass, success: mark.success });
    if (mark.step !== 'begin' && mark.success && hasEnded(row))
      noteRollback(database, { row, ...mark, reasonClass });
    touchGroup(database, group);
  }
  // A rollback of a finished deployment is not a late mark: it normally comes after the end.
  return warnings.filter((warning) => warning.code !== 'LATE');
}

function hasEnded({ status }: DeploymentRow): boolean {
  return finalStatuses.some((final) => final === status);
}

function settledBefore({ deploymentId }: DeploymentRow): Warning {
  const message = `the rollback of ${deploymentId} was counted as failed when the deployment finished; this does not change`;
  return { code: 'LATE', message };
}

function keepRollback(
  database: Database,
  kept: { mark: RollbackMark; row: DeploymentRow; reasonClass: string },
): void {
  const { mark, row, reasonClass } = kept;
  const completedAt = database
    .prepare('SELECT deployment_completed_at FROM deployment_metrics WHERE id = ?')
    .pluck()
    .get(row.id) as string | null;
  const livedSeconds =
    completedAt === null ? null : roundMicro(Math.max(0, mark.at.wallMs - Date.parse(completedAt)) / 1000);
  const toVersion = mark.toVersion ?? row.previousVersion;
  database
    .prepare(
      `INSERT INTO rollbacks (deployment_id, rollback_id, at, reason, reason_class, from_version, to_version, by_deployment_id, success, settled, lived_seconds, exit_code, error_message)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (rollback_id) DO UPDATE SET at = excluded.at, settled = excluded.settled, success = excluded.success, exit_code = excluded.exit_code, error_message = excluded.error_message`,
    )
    .run(
      row.deploymentId,
      mark.rollbackId,
      isoTime(mark.at.wallMs),
      mark.reason,
      reasonClass,
      row.version,
      toVersion,
      broughtBy(database, { row, version: toVersion }),
      mark.success ? 1 : 0,
      mark.step === 'begin' ? 0 : 1,
      livedSeconds,
      mark.exitCode,
      mark.error,
    );
}

/**
 * The deployment that replaces it: the one that says so (`--rollback-of`), otherwise the one that had deployed the
 * version.
 */
function broughtBy(
  database: Database,
  { row, version }: { row: DeploymentRow; version: string | null },
): string | null {
  const said = database.prepare<unknown[], string>(
    'SELECT deployment_id FROM deployment_metrics WHERE rollback_of = ? ORDER BY id DESC',
  );
  const replacing = said.pluck().get(row.deploymentId);
  if (replacing !== undefined) return replacing;
  const brought = database.prepare<unknown[], string>(
    `SELECT deployment_id FROM deployment_metrics WHERE deployment = ? AND environment = ? AND instance = ? AND version = ? AND id < ?
     AND ${hasEndedWell} ORDER BY id DESC LIMIT 1`,
  );
  const { deployment, environment, instance, id } = row;
  return brought.pluck().get(deployment, environment, instance, version, id) ?? null;
}

/** A rollback that began and never ended has failed. */
export function resolveRollbacks(database: Database, row: DeploymentRow): void {
  const unsettled = database
    .prepare<unknown[], Selected<'rollbacks', { id: 'id'; reasonClass: 'reason_class' }>>(
      'SELECT id, reason_class AS reasonClass FROM rollbacks WHERE deployment_id = ? AND settled = 0',
    )
    .all(row.deploymentId);
  for (const { id, reasonClass } of unsettled) {
    database.prepare('UPDATE rollbacks SET settled = 1, success = 0 WHERE id = ?').run(id);
    countRollback(new Totals(database, groupId(database, groupKeyOf(row))), { reasonClass, success: false });
  }
}

export function countRollback(
  totals: Totals,
  { reasonClass, success }: { reasonClass: string; success: boolean },
): void {
  totals.count('deployment_rollback_total', { labels: [reasonClass, success ? 'success' : 'failure'] });
  totals.count('deployment_rollback_count');
}

/** The closed vocabulary of the label `reason`. */
export function reasonLabel(reason: string): string {
  const word = reason
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
  return ['health_check_failed', 'test_failed', 'error_rate', 'manual'].includes(word) ? word : 'other';
}
