import type { Warning } from '../../errors.ts';
import type { PhaseEndMark, StageResult } from '../../marks.ts';
import { type Instant, isoTime, phaseColumns, secondsBetween } from '../../model.ts';
import { type DeploymentRow, deploymentOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { countMigration, countRun, touchGroupOf } from '../totals/totals.ts';
import { insertStage, noteIrreversible } from './applyPhaseStart.ts';
import { downtimeSeconds, insertDowntime } from './downtime.ts';
import { stageSeconds } from './stageSeconds.ts';

export const successfulResult: StageResult = {
  status: 'success',
  exitCode: null,
  signal: null,
  errorType: null,
  errorMessage: null,
  judged: 'yes',
  cpuSeconds: null,
  memoryBytes: null,
  stderrTail: null,
};

/** The end of a phase of which only the moment is known. */
export const nothingMeasured = {
  startedAt: null,
  durationSeconds: null,
  downtime: null,
  migrationCount: null,
  artifact: null,
  databaseBytes: null,
} as const satisfies Partial<PhaseEndMark>;

/** A phase ends: updates its row, the deployment's column and the totals. */
export function applyPhaseEnd(database: Database, mark: PhaseEndMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  const isOpen = row.status === 'in-progress';
  const service = mark.service ?? row.service;
  const known = knownRun(database, { mark, service });
  if (isOpen && known?.ended === true) return [endedBefore(mark)];
  const stage = finishStage(database, { mark, row, service, known, warnings });
  const { durationSeconds } = stage;
  const { status, errorType } = mark.result;
  if (isOpen) {
    const run = { service, stage: mark.stage, durationSeconds, status, errorType, wallMs: mark.at.wallMs };
    countRun(database, { row, run });
  }
  if (mark.downtime !== null) insertDowntime(database, { ...stage, row, service, downtime: mark.downtime });
  keepMigration(database, { mark, row, service, stage });
  if (mark.irreversible === true) noteIrreversible(database, mark);
  if (isOpen) updateColumns(database, { row, stage: mark.stage });
  touchGroupOf(database, row);
  return warnings;
}

function endedBefore({ stage }: PhaseEndMark): Warning {
  return { code: 'PHASE_ENDED', message: `phase ${stage} has already ended; this end was ignored` };
}

function keepMigration(
  database: Database,
  task: { mark: PhaseEndMark; row: DeploymentRow; service: string; stage: FinishedStage },
): void {
  const { mark, row, service, stage } = task;
  if (mark.stage !== 'migration') return;
  const status = mark.result.status === 'success' ? 'success' : 'failure';
  const count = status === 'success' ? (mark.migrationCount ?? 1) : 1;
  database
    .prepare(
      'INSERT INTO migrations (deployment_id, run_id, service, finished_at, status, migration_count, duration_seconds) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      row.deploymentId,
      stage.runId,
      service,
      isoTime(mark.at.wallMs),
      status,
      count,
      stage.durationSeconds,
    );
  if (row.status === 'in-progress') countMigration(database, { row, status, count });
}

/** The phase's column is the total time of all its runs, except for rollbacks and late runs. */
function updateColumns(database: Database, { row, stage }: { row: DeploymentRow; stage: string }): void {
  const { id, deploymentId } = row;
  if (Object.hasOwn(phaseColumns, stage)) {
    const column = phaseColumns[stage as keyof typeof phaseColumns];
    database
      .prepare(`UPDATE deployment_metrics SET ${column} = ? WHERE id = ?`)
      .run(stageSeconds(database, { deploymentId, stage }), id);
  }
  if (stage === 'cutover') {
    database
      .prepare('UPDATE deployment_metrics SET downtime_duration = ? WHERE id = ?')
      .run(downtimeSeconds(database, { deploymentId, until: null }), id);
  }
}

/** A run of a phase that the ledger knows. */
export interface KnownRun {
  readonly runId: string;
  readonly started: Instant;
  readonly ended: boolean;
}

/** The run that a mark names; otherwise the newest open one of its stage and service, those of its own caller first. */
export function knownRun(
  database: Database,
  { mark, service }: { mark: PhaseEndMark; service: string },
): KnownRun | null {
  const which = mark.runId === null ? "stage = ? AND service = ? AND status = 'running'" : 'run_id = ?';
  const values = mark.runId === null ? [mark.stage, service] : [mark.runId];
  const found = database
    .prepare<
      unknown[],
      { runId: string; at: string; mono: number | null; boot: string | null; ended: number }
    >(
      `SELECT run_id AS runId, started_at AS at, started_mono AS mono, started_boot AS boot, status <> 'running' AS ended
       FROM deployment_stages WHERE deployment_id = ? AND ${which} ORDER BY coalesce(caller = ?, 0) DESC, coalesce(caller = ?, 0) DESC, id DESC LIMIT 1`,
    )
    .get(mark.deploymentId, ...values, mark.replaced ?? null, mark.caller ?? null);
  if (found === undefined) return null;
  const started = { wallMs: Date.parse(found.at), monotonicSeconds: found.mono, boot: found.boot };
  return { runId: found.runId, started, ended: found.ended === 1 };
}

/** The row of an ended run. */
export interface FinishedStage {
  readonly runId: string;
  readonly durationSeconds: number | null;
  readonly ofRollback: boolean;
}

interface Settling {
  readonly mark: PhaseEndMark;
  readonly row: DeploymentRow;
  readonly service: string;
  readonly known: KnownRun | null;
  readonly warnings: Warning[];
}

/** Writes the end of a run into its row, which is created if there is none. */
export function finishStage(
  database: Database,
  { mark, row, service, known, warnings }: Settling,
): FinishedStage {
  const { stage } = mark;
  const startedAt = known?.started ?? mark.startedAt;
  // A run that `finish` has closed keeps its row; its own end is stored as a second one.
  const runId = known === null ? (mark.runId ?? mark.markId) : known.ended ? mark.markId : known.runId;
  if (startedAt === null) warnings.push(neverStarted(stage));
  if (known === null || known.ended)
    insertStage(database, { row, service, stage, runId, startedAt: startedAt ?? mark.at, caller: null });
  const measured = startedAt === null ? null : secondsBetween(startedAt, mark.at);
  if ((mark.clock ?? measured?.clock) === 'backwards') warnings.push(clockWentBackwards(`phase ${stage}`));
  const durationSeconds = mark.durationSeconds ?? measured?.seconds ?? null;
  updateStage(database, {
    mark,
    runId,
    durationSeconds,
    clock: mark.clock ?? measured?.clock ?? null,
    late: row.status !== 'in-progress',
  });
  const ofRollback = database.prepare('SELECT of_rollback FROM deployment_stages WHERE run_id = ?').pluck();
  return { runId, durationSeconds, ofRollback: ofRollback.get(runId) === 1 };
}

function neverStarted(stage: string): Warning {
  const hint = `run \`deploytrack phase start ${stage}\` to mark its start`;
  return {
    code: 'PHASE_NOT_OPEN',
    message: `phase ${stage} ended but was never started; recorded without a duration`,
    hint,
  };
}

export function clockWentBackwards(during: string): Warning {
  return {
    code: 'CLOCK',
    message: `the clock went backwards during ${during}; its duration was recorded as 0`,
  };
}

function updateStage(
  database: Database,
  task: {
    mark: PhaseEndMark;
    runId: string;
    durationSeconds: number | null;
    clock: string | null;
    late: boolean;
  },
): void {
  const { mark, runId, durationSeconds, clock, late } = task;
  const { result, artifact } = mark;
  database
    .prepare(
      `UPDATE deployment_stages SET ended_at = ?, duration_seconds = ?, status = ?, exit_code = ?, signal = ?, error_type = ?, error_message = ?,
       judged = ?, cpu_seconds = ?, memory_bytes = ?, stderr_tail = ?, clock = ?, artifact_bytes = ?, download_seconds = ?, database_bytes = ?, late = ?
       WHERE run_id = ?`,
    )
    .run(
      isoTime(mark.at.wallMs),
      durationSeconds,
      result.status,
      result.exitCode,
      result.signal,
      result.errorType,
      result.errorMessage,
      result.judged,
      result.cpuSeconds,
      result.memoryBytes,
      result.stderrTail,
      clock,
      artifact?.bytes ?? null,
      artifact?.downloadSeconds ?? null,
      mark.databaseBytes,
      late ? 1 : 0,
      runId,
    );
}
