import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import { csv } from '../csv.ts';
import { stageJson } from './showJson.ts';

const phaseKeys = [
  'deployment_id version run_id stage service started_at ended_at duration status exit_code signal error_type',
  'error_message judged of_rollback late cpu_seconds memory_bytes migration_count stderr_tail runs median p95 slow',
  'verdict usual_low usual_high spread',
].flatMap((names) => names.split(' '));

/** One row for each run of a phase, with the keys of `phases` in JSON. */
export function phasesCsv(detail: DeploymentDetail): string {
  const { deployment, stages } = detail;
  const comparisons = new Map(detail.comparisons.map((one) => [one.runId, one]));
  const rows = stages.map((run) => ({
    deployment_id: deployment.id,
    version: deployment.version,
    ...stageJson(run, comparisons.get(run.runId)),
  }));
  return csv(phaseKeys, rows.map(Object.values));
}
