import type { FinishMark } from '../../marks.ts';
import type { FinalStatus } from '../../model.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';

/** How a deployment ended, and why if it did not succeed. */
export interface FinalVerdict {
  readonly status: FinalStatus | 'discarded';
  readonly error: string | null;
  readonly signal: string | null;
}

/**
 * Decides the status, in this order: the given status, the exit code, a rollback, the latest run of each phase and
 * check.
 */
export function judge(
  database: Database,
  { row, mark }: { row: DeploymentRow; mark: FinishMark },
): FinalVerdict {
  const signal = signalOf(mark.exitCode);
  if (mark.discard) return { status: 'discarded', error: mark.error, signal: null };
  if (mark.abandoned)
    return { status: mark.status ?? 'failed', error: mark.error ?? 'abandoned', signal: null };
  const failures = latestFailures(database, row.deploymentId);
  const rollback = database
    .prepare<unknown[], Pick<Rows['rollbacks'], 'reason'> & { isAutomatic: 0 | 1 }>(
      `SELECT reason, EXISTS (SELECT 1 FROM deployment_facts f WHERE f.deployment_id = r.deployment_id
         AND f.fact = 'rollback.automatic') AS isAutomatic FROM rollbacks r WHERE deployment_id = ? ORDER BY id LIMIT 1`,
    )
    .get(row.deploymentId);
  const failed =
    mark.onExit ||
    (mark.exitCode ?? 0) !== 0 ||
    rollback !== undefined ||
    failures.some((failure) => failure.judged === 'yes');
  const status = mark.status ?? (failed ? 'failed' : failures.length > 0 ? 'warning' : 'success');
  // What the script reported inside `run` comes before the exit code that `run` sees.
  const said = row.errorMessage ?? mark.error;
  if (said !== null || status === 'success') return { status, error: said, signal };
  const unfinished =
    mark.onExit && (mark.exitCode ?? 0) === 0 ? endedBefore(database, row.deploymentId) : null;
  const code = (mark.exitCode ?? 0) === 0 ? null : `exit code ${mark.exitCode}`;
  const words = failures.find((failure) => failure.judged === 'yes')?.words ?? failures[0]?.words;
  const error =
    signal ??
    unfinished?.open ??
    words ??
    (rollback?.isAutomatic === 1 ? code : null) ?? // its cause: that rollback may have failed
    (rollback === undefined ? null : `rolled back: ${rollback.reason}`) ??
    unfinished?.after ??
    code;
  return { status, error: error ?? null, signal };
}

/** The codes that a shell shows for the signals that end a deployment script. */
function signalOf(exitCode: number | null): string | null {
  return (
    ({ 129: 'SIGHUP', 130: 'SIGINT', 143: 'SIGTERM' } as Readonly<Record<number, string>>)[exitCode ?? 0] ??
    null
  );
}

interface Failure {
  readonly words: string;
  readonly judged: 'yes' | 'allowed';
}

/**
 * Of each phase, check and smoke test, by name and service, the latest counted run if it failed, in order of time: of two
 * that ended together, the inner one. The service is named if it has a host (`--host`).
 */
function latestFailures(database: Database, deploymentId: string): Failure[] {
  return database
    .prepare<unknown[], Failure>(
      `SELECT judged, what || iif(service <> own AND instr(service, '@') > 0, ' (' || service || ')', '') || ': ' || why AS words FROM (
         SELECT judged, status = 'failed' AS bad, coalesce(ended_at, started_at) AS at, started_at AS began, service,
           'phase ' || stage AS what, coalesce(error_message, signal, 'exit code ' || exit_code, 'failed') AS why
         FROM deployment_stages WHERE id IN (SELECT max(id) FROM deployment_stages
           WHERE deployment_id = @id AND judged <> 'no' AND status <> 'running' AND late = 0 AND of_rollback = 0 GROUP BY stage, service)
         UNION ALL
         SELECT judged, success = 0, ended_at, ended_at, service, 'health', coalesce(error_message, verdict)
         FROM health_verifications WHERE id IN (SELECT max(id) FROM health_verifications
           WHERE deployment_id = @id AND judged <> 'no' AND late = 0 AND of_rollback = 0 GROUP BY check_type, service)
         UNION ALL
         SELECT judged, status = 'failure', run_at, run_at, service, 'smoke test ' || test_name,
           coalesce(error_message, signal, 'exit code ' || exit_code, 'failed')
         FROM smoke_tests WHERE id IN (SELECT max(id) FROM smoke_tests
           WHERE deployment_id = @id AND judged <> 'no' AND late = 0 AND of_rollback = 0 GROUP BY test_name, service)
       ), (SELECT service AS own FROM deployment_metrics WHERE deployment_id = @id) WHERE bad = 1 ORDER BY at, began DESC`,
    )
    .all({ id: deploymentId });
}

/** The progress of a script that ended without `finish`. */
function endedBefore(database: Database, deploymentId: string): { open: string | null; after: string } {
  const open = database
    .prepare(
      "SELECT stage FROM deployment_stages WHERE deployment_id = ? AND status = 'running' ORDER BY id DESC LIMIT 1",
    )
    .pluck()
    .get(deploymentId);
  const last = database
    .prepare('SELECT stage FROM deployment_stages WHERE deployment_id = ? ORDER BY id DESC LIMIT 1')
    .pluck()
    .get(deploymentId);
  return {
    open: open === undefined ? null : `ended before finish, in ${open}`,
    after: last === undefined ? 'ended before finish' : `ended before finish, after ${last}`,
  };
}
