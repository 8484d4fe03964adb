import type { Warning } from '../../errors.ts';
import type { AutomaticRollback, RollbackMark, StageResult } from '../../marks.ts';
import { isoTime, secondsBetween } from '../../model.ts';
import { factOf, saveFacts } from '../collected/facts.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { applyPhaseEnd } from './applyPhaseEnd.ts';
import { insertStage } from './applyPhaseStart.ts';
import { endOpenPhases } from './closeOpenPhases.ts';
import { saveProcess } from './deploymentProcesses.ts';
import { downtimeSeconds, insertOutage } from './downtime.ts';

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

interface Noted {
  readonly row: DeploymentRow;
  readonly mark: RollbackMark;
  readonly automatic: AutomaticRollback;
}

/** The decision of `--rollback` as facts, and the version that failed as bad; the row itself is that of any rollback. */
export function noteAutomatic(database: Database, { row, mark, automatic }: Noted): void {
  const { deploymentId, version } = row;
  const begins = mark.step === 'begin';
  saveFacts(database, {
    deploymentId,
    source: 'deploytrack',
    atMs: mark.at.wallMs,
    facts: {
      'rollback.automatic': begins ? mark.rollbackId : null,
      'rollback.failed_check': automatic.failedCheck,
      'rollback.refused': automatic.refused,
      bad_version: version === 'unknown' ? null : version,
    },
  });
  if (begins && automatic.process !== null)
    saveProcess(database, { deploymentId, role: 'phase', process: automatic.process });
}

/** Whether a rollback was decided by `--rollback`. */
export function isAutomatic(
  database: Database,
  { deploymentId, rollbackId }: { deploymentId: string; rollbackId: string },
): boolean {
  return factOf(database, { deploymentId, fact: 'rollback.automatic' }) === rollbackId;
}

/**
 * The outage that the checks of an automatic rollback have seen, from its first failed probe to the restored service:
 * open at its beginning, so that the next successful check ends it; its end as measured later. One that began in the
 * cutover goes on instead: it is one outage for the users.
 */
export function settleOutage(database: Database, { row, mark, automatic }: Noted): void {
  const { deploymentId } = row;
  const [seen] = automatic.outages;
  if (seen !== undefined && !goesOn(database, { deploymentId, seen }))
    insertOutage(database, { deploymentId, runId: mark.rollbackId, outage: seen });
  if (row.status !== 'in-progress') return;
  database
    .prepare('UPDATE deployment_metrics SET downtime_duration = ? WHERE id = ?')
    .run(downtimeSeconds(database, { deploymentId, until: null }), row.id);
}

/** Whether a recorded outage lasted until this one began; its end is then this one's, if that is known. */
function goesOn(
  database: Database,
  { deploymentId, seen }: { deploymentId: string; seen: AutomaticRollback['outages'][number] },
): boolean {
  const earlier = database
    .prepare<
      unknown[],
      Selected<'outages', { id: 'id'; at: 'began_at'; mono: 'began_mono'; boot: 'began_boot' }>
    >(
      `SELECT id, began_at AS at, began_mono AS mono, began_boot AS boot FROM outages WHERE deployment_id = @deploymentId
       AND began_at <= @from AND coalesce(ended_at, @from) >= @from ORDER BY id DESC LIMIT 1`,
    )
    .get({ deploymentId, from: isoTime(seen.beganAt.wallMs) });
  if (earlier === undefined) return false;
  const { endedAt } = seen;
  if (endedAt === null) return true;
  const began = { wallMs: Date.parse(earlier.at), monotonicSeconds: earlier.mono, boot: earlier.boot };
  database
    .prepare('UPDATE outages SET ended_at = ?, seconds = ? WHERE id = ?')
    .run(isoTime(endedAt.wallMs), secondsBetween(began, endedAt).seconds, earlier.id);
  return true;
}
