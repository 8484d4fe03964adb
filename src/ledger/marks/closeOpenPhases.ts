import type { Warning } from '../../errors.ts';
import type { FinishMark, StageResult } from '../../marks.ts';
import { countedNames } from '../../text/countedNames.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { applyPhaseEnd, nothingMeasured, successfulResult } from './applyPhaseEnd.ts';
import type { FinalVerdict } from './judge.ts';

/** Ends the phases that are open at finish: as failed if the deployment failed, otherwise as ended, with a warning. */
export function closeOpenPhases(
  database: Database,
  { row, mark, judgement }: { row: DeploymentRow; mark: FinishMark; judgement: FinalVerdict },
): Warning[] {
  const failed = judgement.status === 'failed';
  const result = closedWith(failed ? judgement : null);
  const { warnings, stages } = endOpenPhases(database, { row, mark, result });
  return stages.length === 0 || failed ? warnings : [...warnings, stillOpen(stages)];
}

/** Ends every open phase with the same result. */
export function endOpenPhases(
  database: Database,
  {
    row,
    mark: { markId, at, probed = [] },
    result,
  }: {
    row: DeploymentRow;
    mark: Pick<FinishMark, 'markId' | 'at' | 'probed'>;
    result: StageResult;
  },
): { warnings: Warning[]; stages: string[] } {
  const { deploymentId } = row;
  const open = openRuns(database, deploymentId);
  const warnings = open.flatMap((run) => {
    const downtime = probed.find((left) => left.runId === run.runId)?.downtime ?? null;
    const known = { ...run, ...nothingMeasured, downtime, result };
    return applyPhaseEnd(database, { kind: 'phase-end', markId, deploymentId, at, ...known });
  });
  return { warnings, stages: open.map(({ stage }) => stage) };
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
  if (failure === null) return { ...successfulResult, judged: 'no' };
  return {
    ...successfulResult,
    status: 'failed',
    signal: failure.signal,
    errorType: 'canceled',
    errorMessage: 'open when the deployment ended',
    judged: 'no',
  };
}

function stillOpen(stages: readonly string[]): Warning {
  const { text, isOne } = countedNames(stages);
  const [phases, were] = isOne ? ['phase', 'was'] : ['phases', 'were'];
  return {
    code: 'PHASE_OPEN',
    message: `${phases} ${text} ${were} still open and ${were} closed by finish`,
    hint: 'run `deploytrack phase end <phase>` after each phase',
  };
}
