import type { Warning } from '../../errors.ts';
import type { RollbackMark } from '../../marks.ts';
import { finalStatuses, isoTime, roundMicro } from '../../model.ts';
import { type DeploymentRow, deploymentOf, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { hasEndedWell } from '../statuses.ts';
import { groupId, Totals, touchGroup } from '../totals/totals.ts';
import { noteRollback } from './budgetEvents.ts';
import {
  endOfOpen,
  endPhasesBefore,
  isAutomatic,
  noteAutomatic,
  openPhase,
  openRollback,
  settleOutage,
} from './openRollback.ts';

/** A rollback is an event of its own: it changes no final status. Counted once, when its result is known. */
export function applyRollback(database: Database, mark: RollbackMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  const ignored = recordRollback(database, { row, mark, warnings });
  // A rollback of a finished deployment is not a late mark: it normally comes after the end.
  return [...warnings.filter((warning) => warning.code !== 'LATE'), ...ignored];
}

interface Recorded {
  readonly row: DeploymentRow;
  readonly mark: RollbackMark;
  readonly warnings: Warning[];
}

/** Returns why the mark was ignored. */
function recordRollback(database: Database, { row, mark: given, warnings }: Recorded): Warning[] {
  const isSeparate = given.separate !== undefined;
  const mark =
    isSeparate && given.step === 'end' ? endOfOpen(database, { row, mark: given, warnings }) : given;
  if (mark === null) return [];
  const { automatic } = mark;
  if (automatic !== undefined && mark.step !== 'end') noteAutomatic(database, { row, mark, automatic });
  if (mark.step === 'refused') return [];
  const reasonClass = reasonLabel(mark.reason);
  const settled = database
    .prepare('SELECT settled FROM rollbacks WHERE rollback_id = ?')
    .pluck()
    .get(mark.rollbackId);
  if (settled === 1) return [settledBefore(row)];
  if (isRepeated(database, { row, mark })) return [repeated(row)];
  const begins = isSeparate && mark.step === 'begin';
  if (begins) {
    endPhasesBefore(database, { row, mark, warnings });
    failEarlier(database, { row, warnings });
  }
  keepRollback(database, { mark, row, reasonClass });
  if (begins) openPhase(database, { row, mark });
  if (automatic !== undefined) settleOutage(database, { row, mark, automatic });
  if (row.fragment) return [];
  const group = groupId(database, groupKeyOf(row));
  if (mark.step !== 'begin')
    countRollback(new Totals(database, group), { reasonClass, success: mark.success });
  if (mark.step !== 'begin' && mark.success && hasEnded(row))
    noteRollback(database, { row, ...mark, reasonClass });
  touchGroup(database, group);
  return [];
}

/** A second `rollback start`: what the first began was not successful. */
function failEarlier(database: Database, { row, warnings }: Omit<Recorded, 'mark'>): void {
  const { deploymentId } = row;
  const open = openRollback(database, deploymentId);
  if (open === null || open.settled === 1) return;
  const { rollbackId, reason } = open;
  settleAsFailed(database, { row, rollbackId, reasonClass: reasonLabel(reason) });
  warnings.push({
    code: 'ROLLBACK_OPEN',
    message: `a rollback of ${deploymentId} was started again while it was open; the first one was recorded as failed`,
    hint: 'run `deploytrack rollback end` after the last step of each rollback',
  });
}

function hasEnded({ status }: DeploymentRow): boolean {
  return finalStatuses.some((final) => final === status);
}

/** The same fact, typed again: nothing was run, and the version is in service already. */
function isRepeated(database: Database, { row, mark }: Omit<Recorded, 'warnings'>): boolean {
  if (mark.step !== 'whole' || !mark.success) return false;
  const newest = database
    .prepare<
      unknown[],
      Selected<'rollbacks', { toVersion: 'to_version'; reason: 'reason'; success: 'success' }>
    >(
      'SELECT to_version AS toVersion, reason, success FROM rollbacks WHERE deployment_id = ? ORDER BY id DESC LIMIT 1',
    )
    .get(row.deploymentId);
  const toVersion = mark.toVersion ?? row.previousVersion;
  return newest?.success === 1 && newest.reason === mark.reason && newest.toVersion === toVersion;
}

function repeated({ deploymentId }: DeploymentRow): Warning {
  return {
    code: 'ROLLED_BACK',
    message: `deployment ${deploymentId} was rolled back already; nothing was recorded`,
    hint: 'use --to for another version, --of for another deployment, or --reason for another reason',
  };
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
    // `+` makes SQLite use the index of versions, not that of a group with its whole history.
    `SELECT deployment_id FROM deployment_metrics WHERE version = ? AND +deployment = ? AND +environment = ? AND +instance = ? AND id < ?
     AND ${hasEndedWell} ORDER BY id DESC LIMIT 1`,
  );
  const { deployment, environment, instance, id } = row;
  return brought.pluck().get(version, deployment, environment, instance, id) ?? null;
}

/** A rollback that began and never ended has failed. */
export function resolveRollbacks(database: Database, row: DeploymentRow): Warning[] {
  const { deploymentId } = row;
  const unsettled = database
    .prepare<unknown[], Selected<'rollbacks', { rollbackId: 'rollback_id'; reasonClass: 'reason_class' }>>(
      'SELECT rollback_id AS rollbackId, reason_class AS reasonClass FROM rollbacks WHERE deployment_id = ? AND settled = 0',
    )
    .all(deploymentId);
  if (unsettled.length === 0) return [];
  const open = openRollback(database, deploymentId);
  for (const one of unsettled) settleAsFailed(database, { row, ...one });
  if (unsettled.some(({ rollbackId }) => isAutomatic(database, { deploymentId, rollbackId })))
    return [interrupted(deploymentId)];
  return open === null || open.settled === 1 ? [] : [neverEnded(deploymentId)];
}

function interrupted(deploymentId: string): Warning {
  return {
    code: 'ROLLBACK_OPEN',
    message: `the automatic rollback of ${deploymentId} was interrupted and was recorded as failed; it is not run again`,
    hint: 'check which version is in service, and roll back by hand if it is the wrong one',
  };
}

function settleAsFailed(
  database: Database,
  { row, rollbackId, reasonClass }: { row: DeploymentRow; rollbackId: string; reasonClass: string },
): void {
  database.prepare('UPDATE rollbacks SET settled = 1, success = 0 WHERE rollback_id = ?').run(rollbackId);
  if (row.fragment) return;
  countRollback(new Totals(database, groupId(database, groupKeyOf(row))), { reasonClass, success: false });
}

function neverEnded(deploymentId: string): Warning {
  return {
    code: 'ROLLBACK_OPEN',
    message: `the rollback of ${deploymentId} was still open and was recorded as failed`,
    hint: 'run `deploytrack rollback end` before `deploytrack finish`',
  };
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
