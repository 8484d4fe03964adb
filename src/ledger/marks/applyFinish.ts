import type { Warning } from '../../errors.ts';
import type { FinishMark } from '../../marks.ts';
import { isoTime, roundMicro, secondsBetween } from '../../model.ts';
import { type DeploymentRow, deploymentOf, findDeployment, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { countFinished, type Finished } from '../totals/finishTotals.ts';
import { groupId, touchGroup } from '../totals/totals.ts';
import { clockWentBackwards } from './applyPhaseEnd.ts';
import { resolveRollbacks } from './applyRollback.ts';
import { noteEnd } from './budgetEvents.ts';
import { closeOpenPhases } from './closeOpenPhases.ts';
import { downtimeSeconds, openOutage } from './downtime.ts';
import { type FinalVerdict, judge } from './judge.ts';

/** Closes a deployment: status, error, measurements, totals. For a closed one, only empty fields are filled. */
export function applyFinish(database: Database, mark: FinishMark): Warning[] {
  const row = findDeployment(database, mark.deploymentId);
  if (row === null || row.fragment) return keepForImport(database, mark);
  if (row.status !== 'in-progress') return fillIn(database, { row, mark });
  if (mark.keepOpen) {
    addWords(database, { row, mark });
    return [];
  }
  const judgement = judge(database, { row, mark });
  const warnings = closeOpenPhases(database, { row, mark, judgement });
  warnings.push(...resolveRollbacks(database, row));
  const group = groupId(database, groupKeyOf(row));
  const figures = closeRow(database, { row, mark, judgement });
  const { status } = judgement;
  if (status !== 'discarded') {
    countFinished(database, { rowId: row.id, groupId: group, status, ...figures });
    noteEnd(database, { row, at: mark.at, failed: status === 'failed' });
  }
  touchGroup(database, group);
  return figures.wentBackwards
    ? [...warnings, clockWentBackwards(`deployment ${row.deploymentId}`)]
    : warnings;
}

function keepForImport(database: Database, mark: FinishMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  addWords(database, { row, mark });
  database.prepare('UPDATE deployment_metrics SET exit_code = ? WHERE id = ?').run(mark.exitCode, row.id);
  return warnings;
}

function fillIn(database: Database, { row, mark }: { row: DeploymentRow; mark: FinishMark }): Warning[] {
  const wasAbandoned = row.errorMessage === 'abandoned';
  const finishedBefore = database.prepare(
    'SELECT exit_code IS NOT NULL FROM deployment_metrics WHERE id = ?',
  );
  const isSecond = finishedBefore.pluck().get(row.id) === 1;
  addWords(database, { row, mark });
  if (!wasAbandoned || isSecond || mark.abandoned) return [];
  database
    .prepare('UPDATE deployment_metrics SET exit_code = ? WHERE id = ?')
    .run(mark.exitCode ?? 0, row.id);
  const message = `deployment ${row.deploymentId} was already closed as abandoned; it stays failed`;
  return [{ code: 'LATE', message, hint: 'set a longer --abandon-after for `start`' }];
}

/** Notes and error, if they are still empty. */
function addWords(database: Database, { row, mark }: { row: DeploymentRow; mark: FinishMark }): void {
  database
    .prepare(
      'UPDATE deployment_metrics SET notes = coalesce(notes, ?), error_message = coalesce(error_message, ?) WHERE id = ?',
    )
    .run(mark.notes, mark.error, row.id);
}

interface Closing {
  readonly row: DeploymentRow;
  readonly mark: FinishMark;
  readonly judgement: FinalVerdict;
}

type Figures = Pick<Finished, 'totalSeconds' | 'timeToDeploySeconds'> & { readonly wentBackwards: boolean };

function closeRow(database: Database, { row, mark, judgement }: Closing): Figures {
  const { deploymentId } = row;
  const { status } = judgement;
  const { seconds: totalSeconds, clock } = secondsBetween(row.started, mark.at);
  const ended = isoTime(Math.max(mark.at.wallMs, row.started.wallMs));
  const timeToDeploySeconds =
    status === 'success' || status === 'warning'
      ? (secondsSinceTrigger({ row, mark }) ?? totalSeconds)
      : null;
  const { cpu, memory } = database
    .prepare(
      'SELECT sum(cpu_seconds) AS cpu, max(memory_bytes) AS memory FROM deployment_stages WHERE deployment_id = ?',
    )
    .get(deploymentId) as { cpu: number | null; memory: number | null };
  database
    .prepare(
      `UPDATE deployment_metrics SET deployment_status = ?, deployment_completed_at = ?, total_duration = ?, time_to_deploy = ?, clock = ?,
       downtime_duration = ?, downtime_open = ?, error_message = coalesce(?, error_message), notes = coalesce(?, notes),
       cpu_seconds = ?, memory_bytes = ?, discarded = ?, exit_code = ? WHERE id = ?`,
    )
    .run(
      status,
      ended,
      totalSeconds,
      timeToDeploySeconds,
      clock,
      downtimeSeconds(database, { deploymentId, until: mark.at }),
      openOutage(database, deploymentId) === null ? 0 : 1,
      judgement.error,
      mark.notes,
      cpu === null ? null : roundMicro(cpu),
      memory,
      status === 'discarded' ? 1 : 0,
      mark.exitCode,
      row.id,
    );
  return { totalSeconds, timeToDeploySeconds, wentBackwards: clock === 'backwards' };
}

function secondsSinceTrigger({ row, mark }: { row: DeploymentRow; mark: FinishMark }): number | null {
  if (row.triggeredAt === null) return null;
  return roundMicro(Math.max(0, mark.at.wallMs - Date.parse(row.triggeredAt)) / 1000);
}
