import type { AutomaticRollback, RollbackMark } from '../../marks.ts';
import { isoTime, secondsBetween } from '../../model.ts';
import { factOf, saveFacts } from '../collected/facts.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { isNotOpen } from '../statuses.ts';
import { type LifeTest, phaseLife, saveProcess } from './deploymentProcesses.ts';
import { downtimeSeconds, insertOutage } from './downtime.ts';

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

/** Closed deployments with a decision that is open although all processes that could carry it out are dead. */
export function interruptedRollbacks(database: Database, life: LifeTest): string[] {
  return database
    .prepare<unknown[], string>(
      `SELECT r.deployment_id FROM rollbacks r
       JOIN deployment_facts f ON f.deployment_id = r.deployment_id AND f.fact = 'rollback.automatic' AND f.value = r.rollback_id
       JOIN deployment_metrics m ON m.deployment_id = r.deployment_id AND m.${isNotOpen} WHERE r.settled = 0`,
    )
    .pluck()
    .all()
    .filter((deploymentId) => phaseLife(database, { deploymentId, life }) === 'dead');
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
