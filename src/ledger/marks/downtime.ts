import type { AttemptRecord, MeasuredDowntime } from '../../marks.ts';
import { type Instant, isoTime, secondsBetween } from '../../model.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { type Span, spanColumns, unionSeconds } from './stageSeconds.ts';

/**
 * Stores the result of a prober around a cutover: each attempt, and the outages; an open earlier outage ends with the
 * first successful check.
 */
export function insertDowntime(
  database: Database,
  task: {
    row: DeploymentRow;
    runId: string;
    service: string;
    downtime: MeasuredDowntime;
    ofRollback: boolean;
  },
): void {
  const { row, runId, service, downtime, ofRollback } = task;
  for (const attempt of downtime.attempts) {
    insertCheck(database, {
      deploymentId: row.deploymentId,
      verificationId: null,
      runId,
      service,
      checkType: 'downtime',
      attempt,
      ofRollback,
    });
  }
  const earlier = closeOutage(database, { deploymentId: row.deploymentId, attempts: downtime.attempts });
  // While an earlier outage lasts, this cutover has none of its own; an outage after its end is a new one.
  const own = downtime.outages.filter(
    ({ beganAt }) => earlier === null || (earlier.endedAt !== null && !isBefore(beganAt, earlier.endedAt)),
  );
  for (const outage of own) insertOutage(database, { deploymentId: row.deploymentId, runId, outage });
}

export function insertOutage(
  database: Database,
  {
    deploymentId,
    runId,
    outage,
  }: { deploymentId: string; runId: string; outage: MeasuredDowntime['outages'][number] },
): void {
  const { beganAt, endedAt } = outage;
  database
    .prepare(
      'INSERT INTO outages (deployment_id, run_id, began_at, ended_at, seconds, began_mono, began_boot) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      deploymentId,
      runId,
      isoTime(beganAt.wallMs),
      endedAt === null ? null : isoTime(endedAt.wallMs),
      endedAt === null ? null : secondsBetween(beganAt, endedAt).seconds,
      beganAt.monotonicSeconds,
      beganAt.boot,
    );
}

/** Ends the open outage of a deployment with the first successful check after its start; null if none was open. */
export function closeOutage(
  database: Database,
  { deploymentId, attempts }: { deploymentId: string; attempts: readonly AttemptRecord[] },
): { endedAt: Instant | null } | null {
  const open = openOutage(database, deploymentId);
  if (open === null) return null;
  const good = attempts.find((attempt) => attempt.healthy && !isBefore(attempt.endedAt, open.began));
  if (good === undefined) return { endedAt: null };
  const { seconds } = secondsBetween(open.began, good.endedAt);
  database
    .prepare('UPDATE outages SET ended_at = ?, seconds = ? WHERE id = ?')
    .run(isoTime(good.endedAt.wallMs), seconds, open.id);
  return { endedAt: good.endedAt };
}

function isBefore(one: Instant, other: Instant): boolean {
  return secondsBetween(other, one).clock === 'backwards';
}

export function openOutage(database: Database, deploymentId: string): { id: number; began: Instant } | null {
  const found = database
    .prepare<
      unknown[],
      Selected<'outages', { id: 'id'; at: 'began_at'; mono: 'began_mono'; boot: 'began_boot' }>
    >(
      'SELECT id, began_at AS at, began_mono AS mono, began_boot AS boot FROM outages WHERE deployment_id = ? AND ended_at IS NULL ORDER BY id DESC LIMIT 1',
    )
    .get(deploymentId);
  return found === undefined
    ? null
    : {
        id: found.id,
        began: { wallMs: Date.parse(found.at), monotonicSeconds: found.mono, boot: found.boot },
      };
}

/**
 * Downtime of a deployment in seconds: the outages that probers measured, and each cutover without a prober; overlaps
 * count once. An open outage counts up to `until` (null: not yet). Null if there was neither a cutover of its own nor an outage
 * that a rollback saw.
 */
export function downtimeSeconds(
  database: Database,
  { deploymentId, until }: { deploymentId: string; until: Instant | null },
): number | null {
  const cutovers = database
    .prepare<unknown[], Span & { runId: string; probed: number }>(
      `SELECT run_id AS runId, ${spanColumns('started')}, duration_seconds AS seconds,
       EXISTS (SELECT 1 FROM health_checks c WHERE c.deployment_id = s.deployment_id AND c.run_id = s.run_id) AS probed
       FROM deployment_stages s WHERE deployment_id = ? AND stage = 'cutover' AND duration_seconds IS NOT NULL AND of_rollback = 0 AND late = 0`,
    )
    .all(deploymentId);
  if (cutovers.length === 0 && !hasOutageOfRollback(database, deploymentId)) return null;
  const outages = database
    .prepare<unknown[], Span & { runId: string }>(
      `SELECT run_id AS runId, ${spanColumns('began')}, seconds FROM outages WHERE deployment_id = ? AND seconds IS NOT NULL`,
    )
    .all(deploymentId);
  const rollbacks = database
    .prepare<unknown[], string>('SELECT rollback_id FROM rollbacks WHERE deployment_id = ?')
    .pluck()
    .all(deploymentId);
  const own = new Set([...cutovers.map(({ runId }) => runId), ...rollbacks]);
  const open = until === null ? null : openOutage(database, deploymentId);
  return unionSeconds([
    ...cutovers.filter(({ probed }) => probed === 0),
    ...outages.filter(({ runId }) => own.has(runId)),
    ...(open === null || until === null ? [] : [spanOf(open.began, until)]),
  ]);
}

/** `run` measures one of a script that marks no cutover. */
function hasOutageOfRollback(database: Database, deploymentId: string): boolean {
  const found = database.prepare(
    `SELECT EXISTS (SELECT 1 FROM rollbacks r JOIN outages o ON o.run_id = r.rollback_id AND o.deployment_id = r.deployment_id
     WHERE r.deployment_id = ?)`,
  );
  return found.pluck().get(deploymentId) === 1;
}

function spanOf(began: Instant, until: Instant): Span {
  return {
    startMs: began.wallMs,
    mono: began.monotonicSeconds,
    boot: began.boot,
    seconds: secondsBetween(began, until).seconds,
  };
}

export function insertCheck(
  database: Database,
  check: {
    deploymentId: string;
    verificationId: string | null;
    runId: string | null;
    service: string;
    checkType: string;
    attempt: AttemptRecord;
    ofRollback: boolean;
  },
): void {
  const { attempt } = check;
  database
    .prepare(
      `INSERT INTO health_checks (deployment_id, verification_id, run_id, service, check_type, checked_at, latency_seconds, status, verdict, status_code, version, error_message, of_rollback)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      check.deploymentId,
      check.verificationId,
      check.runId,
      check.service,
      check.checkType,
      isoTime(attempt.at.wallMs),
      attempt.latencySeconds,
      attempt.healthy ? 'healthy' : 'unhealthy',
      attempt.verdict,
      attempt.statusCode,
      attempt.version,
      attempt.healthy ? null : attempt.words,
      check.ofRollback ? 1 : 0,
    );
}
