import type { Warning } from '../../errors.ts';
import type { FinishMark, StageResult } from '../../marks.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { applyPhaseEnd } from './applyPhaseEnd.ts';
import type { FinalVerdict } from './judge.ts';

/** Ends the phases that are open at finish: as failed if the deployment failed, otherwise as ended, with a warning. */
export function closeOpenPhases(
  database: Database,
  { row, mark, judgement }: { row: DeploymentRow; mark: FinishMark; judgement: FinalVerdict },
): Warning[] {
  const failed = judgement.status === 'failed';
  const open = openRuns(database, row.deploymentId);
  const warnings: Warning[] = [];
  for (const { runId, stage, service } of open) {
    const downtime = mark.probed?.find((left) => left.runId === runId)?.downtime ?? null;
    const ended = applyPhaseEnd(database, {
      kind: 'phase-end',
      markId: mark.markId,
      deploymentId: row.deploymentId,
      at: mark.at,
      runId,
      stage,
      service,
      startedAt: null,
      durationSeconds: null,
      downtime,
      migrationCount: null,
      artifact: null,
      databaseBytes: null,
      result: closedWith(failed ? judgement : null),
    });
    warnings.push(...ended);
  }
  return open.length === 0 || failed ? warnings : [...warnings, stillOpen(open.map((run) => run.stage))];
}

type OpenRun = Selected<'deployment_stages', { runId: 'run_id'; stage: 'stage'; service: 'service' }>;

function openRuns(database: Database, deploymentId: string): OpenRun[] {
  return database
    .prepare<unknown[], OpenRun>(
      "SELECT run_id AS runId, stage, service FROM deployment_stages WHERE deployment_id = ? AND status = 'running' ORDER BY id",
    )
    .all(deploymentId);
}

function closedWith(failure: FinalVerdict | null): StageResult {
  return {
    status: failure === null ? 'success' : 'failed',
    exitCode: null,
    signal: failure?.signal ?? null,
    errorType: failure === null ? null : 'canceled',
    errorMessage: failure === null ? null : 'open when the deployment ended',
    judged: 'no',
    cpuSeconds: null,
    memoryBytes: null,
    stderrTail: null,
  };
}

function stillOpen(stages: readonly string[]): Warning {
  return {
    code: 'PHASE_OPEN',
    message: `${stages.length === 1 ? 'phase' : 'phases'} ${stages.join(', ')} ${stages.length === 1 ? 'was' : 'were'} still open and ${stages.length === 1 ? 'was' : 'were'} closed by finish`,
    hint: 'run `deploytrack phase end <phase>` after each phase',
  };
}
