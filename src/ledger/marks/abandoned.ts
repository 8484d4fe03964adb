import type { Warning } from '../../errors.ts';
import { type GroupKey, type Instant, isoTime, mayBeOneBoot } from '../../model.ts';
import { type DeploymentRow, findDeployment, openDeployments } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { isNotOpen } from '../statuses.ts';
import { applyFinish } from './applyFinish.ts';
import { resolveRollbacks } from './applyRollback.ts';
import { deploymentLife, isLeftBehind, type LifeTest, phaseLife } from './deploymentProcesses.ts';

/** The conditions under which an open deployment is abandoned. */
export interface Abandonment {
  readonly at: Instant;
  readonly abandonAfterMs: number;
  /** Also younger ones, if every process is known to be dead. */
  readonly takeOver: boolean;
  /** For the next start: also younger ones whose script has ended and that no other process can continue. */
  readonly leftBehindToo?: boolean;
  readonly life: LifeTest;
}

interface Search extends Abandonment {
  readonly only: Partial<GroupKey>;
  readonly except: string | null;
}

/** Only the start and end of a remote deployment are reported; in between it may wait for its turn. */
const toldPatienceMs = 86_400_000;

/** Closes every open deployment without a running process, as failed with the error `abandoned`; at most one warning. */
export function closeAbandoned(database: Database, search: Search): Warning[] {
  const closed: { id: string; lastMark: string }[] = [];
  for (const row of openDeployments(database, search.only)) {
    if (row.deploymentId === search.except || !isAbandoned(database, { ...search, row })) continue;
    const last = lastMark(database, row);
    applyFinish(database, {
      kind: 'finish',
      markId: `abandoned-${row.deploymentId}`,
      deploymentId: row.deploymentId,
      at: last,
      status: null,
      exitCode: null,
      error: null,
      notes: null,
      onExit: false,
      abandoned: true,
      discard: false,
      keepOpen: false,
    });
    closed.push({ id: row.deploymentId, lastMark: `last mark ${isoTime(last.wallMs)}` });
  }
  const interrupted = settleInterrupted(database, search.life);
  const [first, ...more] = closed;
  if (first === undefined) return interrupted;
  const message =
    more.length === 0
      ? `deployment ${first.id} (${first.lastMark}) was abandoned and closed as failed`
      : `${closed.length} deployments were abandoned and closed as failed: ${listed(closed.map(({ id, lastMark }) => `${id} (${lastMark})`))}`;
  const hint = `run \`deploytrack show ${more.length === 0 ? first.id : '<id>'}\` to see how far ${more.length === 0 ? 'it' : 'each'} got`;
  return [{ code: 'ABANDONED', message, hint }, ...interrupted];
}

/** Automatic rollbacks of closed deployments whose process was killed: reported once, never run again. */
function settleInterrupted(database: Database, life: LifeTest): Warning[] {
  return interruptedRollbacks(database, life).flatMap((deploymentId) => {
    const row = findDeployment(database, deploymentId);
    return row === null ? [] : resolveRollbacks(database, row);
  });
}

/** Closed deployments with a decision that is open although all processes that could carry it out are dead. */
function interruptedRollbacks(database: Database, life: LifeTest): string[] {
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

const mostListed = 5;

/** The first few of a list in a warning, and how many more there are. */
export function listed(names: readonly string[]): string {
  const rest = names.length - mostListed;
  return `${names.slice(0, mostListed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** The newest mark of a deployment, on the clock of its own boot if that is known. */
export function lastMark(database: Database, row: DeploymentRow): Instant {
  const newest = database
    .prepare(
      `SELECT max(at) FROM (SELECT deployment_started_at AS at FROM deployment_metrics WHERE id = @id
       UNION ALL SELECT max(started_at, coalesce(ended_at, started_at)) FROM deployment_stages WHERE deployment_id = @deploymentId
       UNION ALL SELECT run_at FROM smoke_tests WHERE deployment_id = @deploymentId
       UNION ALL SELECT at FROM rollbacks WHERE deployment_id = @deploymentId
       UNION ALL SELECT at FROM deployment_facts WHERE deployment_id = @deploymentId AND source IN ('github', 'gitlab', 'webhook'))`,
    )
    .pluck()
    .get({ id: row.id, deploymentId: row.deploymentId }) as string;
  return { wallMs: Date.parse(newest), monotonicSeconds: null, boot: null };
}

/**
 * Whether no process is seen to run for a deployment, and its boot is over, its last mark is old, or it was left behind.
 * If the state of a process is unknown, only its last mark decides.
 */
export function isAbandoned(
  database: Database,
  { row, at, abandonAfterMs, takeOver, leftBehindToo = false, life }: Abandonment & { row: DeploymentRow },
): boolean {
  const found = deploymentLife(database, { deploymentId: row.deploymentId, life });
  if (found === 'alive') return false;
  const patienceMs = Math.max(abandonAfterMs, isToldOf(database, row) ? toldPatienceMs : 0);
  if (at.wallMs - lastMark(database, row).wallMs >= patienceMs) return true;
  if (takeOver && found === 'dead') return true;
  const { deploymentId } = row;
  if (leftBehindToo && isLeftBehind(database, { deploymentId, boot: at.boot, life })) return true;
  const onThisBoot = database
    .prepare('SELECT count(*) FROM deployment_stages WHERE deployment_id = ? AND started_boot = ?')
    .pluck()
    .get(row.deploymentId, at.boot) as number;
  const { boot } = row.started;
  return boot !== null && !mayBeOneBoot(boot, at.boot ?? '') && onThisBoot === 0;
}

/** Whether it came from a webhook: none of its processes was ever here. */
function isToldOf(database: Database, { deploymentId }: DeploymentRow): boolean {
  const found = database.prepare(
    "SELECT EXISTS (SELECT 1 FROM deployment_facts WHERE deployment_id = ? AND source IN ('github', 'gitlab', 'webhook'))",
  );
  return found.pluck().get(deploymentId) === 1;
}
