import type { Warning } from '../../errors.ts';
import type { HealthMark } from '../../marks.ts';
import { type Instant, isoTime, roundMicro, secondsBetween } from '../../model.ts';
import { type DeploymentRow, deploymentOf, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { countVerification } from '../totals/finishTotals.ts';
import { countAttempts } from '../totals/healthTotals.ts';
import { groupId, Totals, touchGroup } from '../totals/totals.ts';
import { saveErrorRate } from './applyErrorRate.ts';
import { applyPhaseEnd } from './applyPhaseEnd.ts';
import { isRolledBack } from './applyPhaseStart.ts';
import { closeOutage, downtimeSeconds, insertCheck } from './downtime.ts';
import { stageSeconds } from './stageSeconds.ts';

/**
 * A verification has ended: records its attempts, its verdict, the phase `health_check`, and ends an open outage with
 * its first successful check.
 */
export function applyHealth(database: Database, mark: HealthMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  const service = mark.service ?? row.service;
  const ofRollback = isRolledBack(database, row);
  const timeToHealthy =
    mark.firstGoodAt === null
      ? null
      : secondsToHealthy(database, { mark, row, firstGoodAt: mark.firstGoodAt });
  keepVerification(database, {
    mark,
    service,
    ofRollback,
    timeToHealthy,
    late: row.status !== 'in-progress',
  });
  for (const attempt of mark.attempts) {
    insertCheck(database, {
      deploymentId: row.deploymentId,
      verificationId: mark.verificationId,
      runId: null,
      service,
      checkType: mark.checkType,
      attempt,
      ofRollback,
    });
  }
  closeOutage(database, { deploymentId: row.deploymentId, attempts: mark.attempts });
  if (row.status === 'in-progress') settlePhase(database, { mark, service });
  if (!ofRollback) updateColumns(database, { mark, row, timeToHealthy });
  if (row.status === 'in-progress') updateDowntime(database, row);
  const { errorRate = null, verificationId: id } = mark;
  if (errorRate !== null)
    saveErrorRate(database, { row, service, at: mark.at, errorRate, id, source: 'health --watch' });
  if (!row.fragment) {
    const group = groupId(database, groupKeyOf(row));
    countAttempts(database, { ...mark, groupId: group, wallMs: mark.at.wallMs });
    touchGroup(database, group);
  }
  // A verification after the end is normal.
  return warnings.filter((warning) => warning.code !== 'LATE');
}

/**
 * From the end of the latest cutover, otherwise `--since`, otherwise the start of `health`, to the first successful
 * check.
 */
function secondsToHealthy(
  database: Database,
  { mark, row, firstGoodAt }: { mark: HealthMark; row: DeploymentRow; firstGoodAt: Instant },
): number {
  const cutover = database
    .prepare<
      unknown[],
      Selected<'deployment_stages', { at: 'started_at'; mono: 'started_mono'; boot: 'started_boot' }> & {
        readonly seconds: number;
      }
    >(
      `SELECT started_at AS at, started_mono AS mono, started_boot AS boot, duration_seconds AS seconds FROM deployment_stages
       WHERE deployment_id = ? AND stage = 'cutover' AND duration_seconds IS NOT NULL ORDER BY id DESC LIMIT 1`,
    )
    .get(row.deploymentId);
  if (cutover !== undefined) {
    const started = { wallMs: Date.parse(cutover.at), monotonicSeconds: cutover.mono, boot: cutover.boot };
    return roundMicro(Math.max(0, secondsBetween(started, firstGoodAt).seconds - cutover.seconds));
  }
  const from =
    mark.sinceMs === null ? mark.startedAt : { wallMs: mark.sinceMs, monotonicSeconds: null, boot: null };
  return secondsBetween(from, firstGoodAt).seconds;
}

function keepVerification(
  database: Database,
  task: {
    mark: HealthMark;
    service: string;
    ofRollback: boolean;
    timeToHealthy: number | null;
    late: boolean;
  },
): void {
  const { mark, service, ofRollback, timeToHealthy, late } = task;
  database
    .prepare(
      `INSERT INTO health_verifications (deployment_id, verification_id, service, check_type, target, started_at, ended_at, duration_seconds, success, verdict,
       error_message, expected_version, attempts, time_to_healthy_seconds, judged, of_rollback, late) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      mark.deploymentId,
      mark.verificationId,
      service,
      mark.checkType,
      mark.target,
      isoTime(mark.startedAt.wallMs),
      isoTime(mark.at.wallMs),
      secondsBetween(mark.startedAt, mark.at).seconds,
      mark.success ? 1 : 0,
      mark.verdict,
      mark.success ? null : mark.words,
      mark.expectedVersion,
      mark.attempts.length,
      timeToHealthy,
      mark.judged,
      ofRollback ? 1 : 0,
      late ? 1 : 0,
    );
}

/** The verification is also the phase `health_check`; its failure affects the status as a verification, not twice. */
function settlePhase(database: Database, { mark, service }: { mark: HealthMark; service: string }): void {
  applyPhaseEnd(database, {
    kind: 'phase-end',
    markId: mark.markId,
    deploymentId: mark.deploymentId,
    at: mark.at,
    runId: mark.verificationId,
    stage: 'health_check',
    service,
    startedAt: mark.startedAt,
    durationSeconds: null,
    downtime: null,
    migrationCount: null,
    artifact: null,
    databaseBytes: null,
    result: {
      status: mark.success ? 'success' : 'failed',
      exitCode: null,
      signal: null,
      errorType: mark.success ? null : mark.verdict === 'timeout' ? 'timeout' : 'other',
      errorMessage: mark.success ? null : mark.words,
      judged: 'no',
      cpuSeconds: null,
      memoryBytes: null,
      stderrTail: null,
    },
  });
}

/** The columns describe the latest verification; after the end only the first one, if none ran before. */
function updateColumns(
  database: Database,
  { mark, row, timeToHealthy }: { mark: HealthMark; row: DeploymentRow; timeToHealthy: number | null },
): void {
  const { id, deploymentId } = row;
  const isOpen = row.status === 'in-progress';
  // Totals counted at the end do not change.
  if (!isOpen && wasVerified(database, mark)) return;
  const seconds = isOpen
    ? stageSeconds(database, { deploymentId, stage: 'health_check' })
    : secondsBetween(mark.startedAt, mark.at).seconds;
  database
    .prepare(
      'UPDATE deployment_metrics SET health_check_success = ?, health_check_duration = ?, time_to_healthy = coalesce(?, time_to_healthy) WHERE id = ?',
    )
    .run(mark.success ? 1 : 0, seconds, timeToHealthy === null ? null : String(timeToHealthy), id);
  if (!isOpen && row.status !== 'discarded') {
    countVerification(new Totals(database, groupId(database, groupKeyOf(row))), {
      success: mark.success,
      seconds,
      timeToHealthy,
    });
  }
}

function wasVerified(database: Database, { deploymentId, verificationId }: HealthMark): boolean {
  const earlier = database.prepare(
    'SELECT count(*) FROM health_verifications WHERE deployment_id = ? AND of_rollback = 0 AND verification_id <> ?',
  );
  return earlier.pluck().get(deploymentId, verificationId) !== 0;
}

function updateDowntime(database: Database, row: DeploymentRow): void {
  database
    .prepare('UPDATE deployment_metrics SET downtime_duration = ? WHERE id = ?')
    .run(downtimeSeconds(database, { deploymentId: row.deploymentId, until: null }), row.id);
}
