import type { Database } from '../file/addon.ts';
import type { Rows, Selected } from '../rows.ts';
import { isOpen } from '../statuses.ts';
import { newSequence } from '../totals/totals.ts';
import type { RemoteTotals } from './remoteTotals.ts';

/** A group with pending metrics, and its state on the gateway. */
export interface PendingGroup {
  readonly groupId: number;
  readonly instance: string;
  readonly deployment: string;
  readonly environment: string;
  readonly seq: number;
  readonly deliveredSeq: number;
  /** The gateway whose state is the baseline of the totals, and which the group is on; null before any was read. */
  readonly adoptedUrl: string | null;
  /** 1 if it must be read again before the group is pushed. */
  readonly mustRead: 0 | 1;
  readonly refusedUrl: string | null;
  readonly refusedVersion: string | null;
  /** The gateway's error message. */
  readonly refusedLine: string | null;
  /** Since when the deployment of this group is gone; null if it is not. Milliseconds since 1970, as below. */
  readonly goneAtMs: number | null;
  /** When Prometheus was last seen to scrape it from `serve`. */
  readonly scrapedAtMs: number | null;
}

/** Of the table `groups`. */
export const pendingColumns = `id AS groupId, instance, deployment, environment, seq, delivered_seq AS deliveredSeq, adopted_url AS adoptedUrl,
  adopted_at IS NULL AS mustRead, refused_url AS refusedUrl, refused_version AS refusedVersion, refused_line AS refusedLine,
  gone_at AS goneAtMs, scraped_at AS scrapedAtMs`;

/** One of all groups; `isOwn`: 1 if it is the given deployment's. */
export interface ListedGroup extends PendingGroup {
  readonly isOwn: 0 | 1;
}

/** Every group that has not aged out, those with news first, and the given deployment's own first among them. */
export function listGroups(
  database: Database,
  { deploymentId }: { deploymentId: string | null },
): ListedGroup[] {
  return database
    .prepare<unknown[], ListedGroup>(
      `SELECT ${pendingColumns}, EXISTS (SELECT 1 FROM deployment_metrics m WHERE m.deployment_id = ? AND m.instance = g.instance
       AND m.deployment = g.deployment AND m.environment = g.environment) AS isOwn
       FROM groups g WHERE aged_out = 0 ORDER BY isOwn DESC, seq > delivered_seq DESC, id DESC`,
    )
    .all(deploymentId);
}

/** The newest state of a group, and the newest that a gateway accepted. */
export function sequence(database: Database, groupId: number): { seq: number; deliveredSeq: number } {
  return database
    .prepare('SELECT seq, delivered_seq AS deliveredSeq FROM groups WHERE id = ?')
    .get(groupId) as { seq: number; deliveredSeq: number };
}

/** Changes whenever a process of this ledger reads or pushes the group: what was read before is out of date then. */
export function deliveryMark(database: Database, groupId: number): string {
  return database
    .prepare("SELECT delivered_seq || ' ' || coalesce(adopted_at, '') FROM groups WHERE id = ?")
    .pluck()
    .get(groupId) as string;
}

/** Whether a deployment is in progress in this group. */
export function runsIn(
  database: Database,
  { groupId, deploymentId }: { groupId: number; deploymentId: string },
): boolean {
  return (
    database
      .prepare(
        `SELECT 1 FROM deployment_metrics m, groups g WHERE g.id = ? AND m.deployment_id = ? AND m.${isOpen}
       AND m.instance = g.instance AND m.deployment = g.deployment AND m.environment = g.environment`,
      )
      .pluck()
      .get(groupId, deploymentId) === 1
  );
}

const ownForMs = 3_600_000;
const endingForMs = 10_000;

/**
 * Whether the newest deployment of a group has commands of its own that will push its news: it is running and began
 * within the last hour, or has just ended, and its end is still to be pushed. Unix milliseconds.
 */
export function isAtWork(
  database: Database,
  { instance, deployment, environment }: PendingGroup,
  nowMs: number,
): boolean {
  const newest = database
    .prepare<
      unknown[],
      Selected<
        'deployment_metrics',
        {
          status: 'deployment_status';
          startedAt: 'deployment_started_at';
          endedAt: 'deployment_completed_at';
        }
      >
    >(
      `SELECT deployment_status AS status, deployment_started_at AS startedAt, deployment_completed_at AS endedAt FROM deployment_metrics
       WHERE deployment = ? AND environment = ? AND instance = ? ORDER BY deployment_started_at DESC LIMIT 1`,
    )
    .get(deployment, environment, instance);
  if (newest === undefined) return false;
  const { status, startedAt, endedAt } = newest;
  if (status === 'in-progress') return nowMs - Date.parse(startedAt) < ownForMs;
  return Math.abs(nowMs - Date.parse(endedAt ?? startedAt)) < endingForMs;
}

/** No sender asks for that long: such a lease was written before the clock was set back. */
const longestLeaseMs = 3_600_000;

/** Who may push a group, until when (Unix ms), and how far the group is pushed. */
export interface Lease {
  readonly holder: string | null;
  readonly untilMs: number;
  readonly deliveredSeq: number;
}

export function readLease(database: Database, groupId: number): Lease {
  return database
    .prepare(
      'SELECT lease_holder AS holder, lease_until AS untilMs, delivered_seq AS deliveredSeq FROM groups WHERE id = ?',
    )
    .get(groupId) as Lease;
}

/** Whether its time is up, or it was released. */
export function isFree({ untilMs }: Lease, nowMs: number): boolean {
  return untilMs <= nowMs || untilMs > nowMs + longestLeaseMs;
}

/**
 * Takes the right to push a group, until it is released or the time is up; false while another process has it, unless
 * that is `instead`, which died.
 */
export function takeLease(
  database: Database,
  lease: { groupId: number; holder: string; nowMs: number; untilMs: number; instead?: string | null },
): boolean {
  const { groupId, holder, nowMs, untilMs, instead = null } = lease;
  return (
    database
      .prepare(
        'UPDATE groups SET lease_holder = ?, lease_until = ? WHERE id = ? AND (lease_until <= ? OR lease_until > ? OR lease_holder = ?)',
      )
      .run(holder, untilMs, groupId, nowMs, nowMs + longestLeaseMs, instead).changes === 1
  );
}

/** Extends the lease; false if another process has taken it meanwhile. */
export function renewLease(
  database: Database,
  { groupId, holder, untilMs }: { groupId: number; holder: string; untilMs: number },
): boolean {
  return (
    database
      .prepare('UPDATE groups SET lease_until = ? WHERE id = ? AND lease_holder = ?')
      .run(untilMs, groupId, holder).changes === 1
  );
}

/** Releases the lease, if it is still ours; returns whether the group has news since `seq`. */
export function releaseLease(
  database: Database,
  { groupId, holder, seq }: { groupId: number; holder: string; seq: number },
): boolean {
  database
    .prepare('UPDATE groups SET lease_holder = NULL, lease_until = 0 WHERE id = ? AND lease_holder = ?')
    .run(groupId, holder);
  return sequence(database, groupId).seq > seq;
}

/**
 * A 2xx: the rendered text is on the gateway; the lease is released. `totals` are those of the text, including the
 * baseline. True if the group has news since. A sender that has lost its lease does not know which of two texts came
 * last: the group is then pushed again.
 */
export function completeDelivery(
  database: Database,
  sent: {
    groupId: number;
    holder: string;
    seq: number;
    nowMs: number;
    totals: RemoteTotals;
    /** If the lease was taken from a sender that died, its text may have come last. */
    isTakenOver?: boolean;
  },
): boolean {
  const { groupId, holder, seq, isTakenOver = false } = sent;
  const isOurs =
    !isTakenOver &&
    database.prepare('SELECT lease_holder = ? FROM groups WHERE id = ?').pluck().get(holder, groupId) === 1;
  if (isOurs) noteDelivered(database, sent);
  else newSequence(database, groupId);
  return releaseLease(database, { groupId, holder, seq });
}

function noteDelivered(
  database: Database,
  { groupId, seq, nowMs, totals }: { groupId: number; seq: number; nowMs: number; totals: RemoteTotals },
): void {
  database
    .prepare(
      'UPDATE groups SET delivered_seq = max(delivered_seq, ?), delivered_at = ?, refused_url = NULL, refused_version = NULL, refused_line = NULL WHERE id = ?',
    )
    .run(seq, nowMs, groupId);
  const update = database.prepare(
    'UPDATE totals SET delivered = @value - base WHERE group_id = @groupId AND family = @family AND labels = @labels AND part = @part AND delivered <> @value - base',
  );
  for (const { family, labels, part, value } of totals)
    update.run({ groupId, family, labels: JSON.stringify(labels), part, value });
}

/** The longest pause after failures. */
export const longestPauseMs = 300_000;

/**
 * Whether a mark may try this gateway now: not for a while after it failed. A pause longer than any failure causes
 * comes from a clock change.
 */
export function mayTry(database: Database, { url, nowMs }: { url: string; nowMs: number }): boolean {
  const retryAtMs =
    database
      .prepare<unknown[], Rows['gateways']['retry_at']>('SELECT retry_at FROM gateways WHERE url = ?')
      .pluck()
      .get(url) ?? 0;
  return retryAtMs <= nowMs || retryAtMs > nowMs + longestPauseMs;
}

/** Whether the last attempt failed. */
export function hasFailed(database: Database, url: string): boolean {
  return database.prepare('SELECT 1 FROM gateways WHERE url = ? AND failures > 0').get(url) !== undefined;
}

export function noteReached(database: Database, url: string): void {
  database.prepare('DELETE FROM gateways WHERE url = ?').run(url);
}
