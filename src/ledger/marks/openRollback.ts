import type { Warning } from '../../errors.ts';
import type { RollbackMark, StageResult } from '../../marks.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { applyPhaseEnd } from './applyPhaseEnd.ts';
import { insertStage } from './applyPhaseStart.ts';
import { endOpenPhases } from './closeOpenPhases.ts';

const stage = 'rollback';

const notTimed = {
  startedAt: null,
  durationSeconds: null,
  downtime: null,
  migrationCount: null,
  artifact: null,
  databaseBytes: null,
};

/** A rollback that `rollback start` began. */
export type SeparateRollback = Selected<
  'rollbacks',
  { rollbackId: 'rollback_id'; reason: 'reason'; toVersion: 'to_version'; settled: 'settled' }
> & { readonly service: string; readonly isRunning: 0 | 1 };

/** The newest one that is open, otherwise the newest. Its phase is the run of the same ID. */
export function openRollback(database: Database, deploymentId: string): SeparateRollback | null {
  const found = database
    .prepare<unknown[], SeparateRollback>(
      `SELECT r.rollback_id AS rollbackId, r.reason, r.to_version AS toVersion, r.settled, s.service, s.status = 'running' AS isRunning
       FROM rollbacks r JOIN deployment_stages s ON s.run_id = r.rollback_id AND s.deployment_id = r.deployment_id
       WHERE r.deployment_id = ? ORDER BY r.settled, r.id DESC LIMIT 1`,
    )
    .get(deploymentId);
  return found ?? null;
}

interface Separate {
  readonly row: DeploymentRow;
  readonly mark: RollbackMark;
  readonly warnings: Warning[];
}

/** Ends the open phases as failed at this moment: the time of the rollback is not theirs. */
export function endPhasesBefore(database: Database, { row, mark, warnings }: Separate): void {
  const result = resultOf({ ...mark, success: false, error: 'open when the rollback started' });
  const { markId, at, separate } = mark;
  const closing = { markId, at, probed: separate?.probed ?? [] };
  const closed = endOpenPhases(database, {
    row,
    mark: closing,
    result: { ...result, errorType: 'canceled' },
  });
  warnings.push(...closed.warnings);
}

/** After the rollback's own row, so that the phase belongs to it. */
export function openPhase(database: Database, { row, mark }: Omit<Separate, 'warnings'>): void {
  const service = mark.separate?.service ?? row.service;
  insertStage(database, { row, service, stage, runId: mark.rollbackId, startedAt: mark.at, caller: null });
}

/**
 * The end as a mark of the open rollback, whose phase ends with it; without one, of a rollback that is recorded as a
 * whole. Null if the rollback has ended already.
 */
export function endOfOpen(database: Database, { row, mark, warnings }: Separate): RollbackMark | null {
  const { deploymentId } = row;
  const open = openRollback(database, deploymentId);
  if (open === null) {
    warnings.push(neverStarted(deploymentId));
    return { ...mark, step: 'whole' };
  }
  const { rollbackId, reason, toVersion, service } = open;
  if (open.settled === 1) {
    warnings.push({
      code: 'ROLLBACK_ENDED',
      message: `the rollback of ${deploymentId} has already ended; this end was ignored`,
    });
    return null;
  }
  if (open.isRunning === 1) {
    const { markId, at } = mark;
    const end = { ...notTimed, markId, deploymentId, at, runId: rollbackId, stage, service };
    warnings.push(...applyPhaseEnd(database, { kind: 'phase-end', ...end, result: resultOf(mark) }));
  }
  return { ...mark, rollbackId, reason, toVersion };
}

function resultOf({
  success,
  exitCode,
  error,
}: Pick<RollbackMark, 'success' | 'exitCode' | 'error'>): StageResult {
  const errorType = (exitCode ?? 0) === 0 ? 'other' : 'exit_code';
  return {
    status: success ? 'success' : 'failed',
    exitCode,
    signal: null,
    errorType: success ? null : errorType,
    errorMessage: error,
    judged: 'yes',
    cpuSeconds: null,
    memoryBytes: null,
    stderrTail: null,
  };
}

function neverStarted(deploymentId: string): Warning {
  return {
    code: 'ROLLBACK_NOT_OPEN',
    message: `the rollback of ${deploymentId} ended but was never started; recorded without a duration`,
    hint: 'run `deploytrack rollback start` before the first step of the rollback',
  };
}
