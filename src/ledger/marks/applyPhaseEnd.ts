import type { Warning } from '../../errors.ts';
import type { PhaseEndMark } from '../../marks.ts';
import { isoTime, phaseColumns } from '../../model.ts';
import { type DeploymentRow, deploymentOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { touchGroupOf } from '../totals/groups.ts';
import { countMigration, countRun } from '../totals/stageTotals.ts';
import { downtimeSeconds, insertDowntime } from './downtime.ts';
import { type FinishedStage, finishStage, knownRun } from './finishStage.ts';
import { stageSeconds } from './stageSeconds.ts';

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
