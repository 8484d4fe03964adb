import type { Database } from '../file/addon.ts';
import { headTables, type SentKind, sentKinds, sentTables, storeTriggers } from '../file/storeTables.ts';
import { hasEnded } from '../statuses.ts';

/** What changed: a deployment with all its rows, a freeze, or a decision of the gate. */
export interface Change {
  readonly kind: SentKind;
  readonly key: string;
  /** A newer one wins, whatever the order of arrival. */
  readonly revision: number;
}

/** What the ledger knows of its store; null until one is used for the first time. */
export interface StoreState {
  /** Null if no store was ever reached. */
  readonly storeId: string | null;
  /** The highest one that was given to a change. */
  readonly revision: number;
  /** The highest one that the store is known to have. */
  readonly sentRevision: number;
  /** The host that sent last. */
  readonly host: string | null;
  readonly failures: number;
  /** Unix ms. */
  readonly retryAt: number;
  readonly lastError: string | null;
  /** The address that failed last, without user and password; null if it is unknown. */
  readonly failedAt: string | null;
}

export function readStoreState(database: Database): StoreState | null {
  const found = database
    .prepare<[], Omit<StoreState, 'failedAt'>>(
      `SELECT store_id AS storeId, revision, sent_revision AS sentRevision, host, failures, retry_at AS retryAt, last_error AS lastError FROM store_state`,
    )
    .get();
  if (found === undefined) return null;
  const { lastError, ...state } = found;
  const end = lastError?.indexOf(endOfAddress) ?? -1;
  const failedAt = end === -1 ? null : (lastError?.slice(0, end) ?? null);
  return { ...state, failedAt, lastError: lastError?.slice(end + 1) ?? null };
}

/** Between the address and the message in `last_error`: neither contains it. */
const endOfAddress = '\n';

function keysOf(kind: SentKind): { table: string; key: string; order: string } {
  const table = headTables[kind];
  const order = kind === 'deployment' ? 'deployment_started_at, id' : 'id';
  return { table, key: sentTables[table]?.key ?? '', order };
}

/**
 * Notes all rows as unsent, the oldest first, and from now on every change: for a store that is used for the first time,
 * or that is another one. `above` is the highest revision that the store has of this ledger.
 */
export function beginStore(
  database: Database,
  { storeId, nowMs, above }: { storeId: string; nowMs: number; above: number },
): void {
  const from = Math.max(nowMs, above, revisionOf(database));
  const hasTriggers = database
    .prepare("SELECT 1 FROM sqlite_master WHERE name = 'deployment_metrics_insert_for_store'")
    .get();
  if (hasTriggers === undefined) database.exec(storeTriggers);
  database.exec('DELETE FROM store_rows');
  let revision = from;
  for (const kind of sentKinds) {
    const { table, key, order } = keysOf(kind);
    const { changes } = database
      .prepare(
        `INSERT INTO store_rows (kind, key, revision)
         SELECT ?, ${key}, ? + row_number() OVER (ORDER BY ${order}) FROM ${table} WHERE ${key} IS NOT NULL`,
      )
      .run(kind, revision);
    revision += changes;
  }
  database
    .prepare(
      `INSERT INTO store_state (one, revision, sent_revision, store_id) VALUES (1, @revision, @above, @storeId)
       ON CONFLICT DO UPDATE SET revision = @revision, sent_revision = @above, store_id = @storeId, failures = 0, retry_at = 0, last_error = NULL`,
    )
    .run({ revision, storeId, above });
}

function revisionOf(database: Database): number {
  return database.prepare<[], number>('SELECT revision FROM store_state').pluck().get() ?? 0;
}

/** The oldest changes that the store lacks. */
export function unsentChanges(database: Database, limit: number): Change[] {
  return database
    .prepare<[number], Change>(
      'SELECT kind, key, revision FROM store_rows WHERE sent = 0 ORDER BY revision LIMIT ?',
    )
    .all(limit);
}

export function countUnsent(database: Database): number {
  return database.prepare<[], number>('SELECT count(*) FROM store_rows WHERE sent = 0').pluck().get() ?? 0;
}

/**
 * Changes of what has ended, which `finish` should have sent: how many, and the time of the first one, about, in Unix ms.
 * Before a store was reached for the first time these are all deployments that have ended.
 */
export function overdueChanges(database: Database): { count: number; since: number | null } {
  const hasBegun = (readStoreState(database)?.storeId ?? null) !== null;
  const sql = hasBegun
    ? `SELECT count(*) AS count, min(s.revision) AS since FROM store_rows s
       LEFT JOIN deployment_metrics m ON s.kind = 'deployment' AND m.deployment_id = s.key
       WHERE s.sent = 0 AND coalesce(m.${hasEnded}, 1)`
    : `SELECT count(*) AS count, min(unixepoch(deployment_completed_at)) * 1000 AS since FROM deployment_metrics WHERE ${hasEnded}`;
  const found = database.prepare<[], { count: number; since: number | null }>(sql).get();
  return found ?? { count: 0, since: null };
}

/** Those that the store did not take. */
export function countUnfit(database: Database): number {
  return database.prepare<[], number>('SELECT count(*) FROM store_rows WHERE sent = 2').pluck().get() ?? 0;
}

/** The store has these; what has changed again meanwhile stays unsent. */
export function noteSent(
  database: Database,
  { changes, host }: { changes: readonly Change[]; host: string },
): void {
  const note = database.prepare('UPDATE store_rows SET sent = 1 WHERE kind = ? AND key = ? AND revision = ?');
  for (const { kind, key, revision } of changes) note.run(kind, key, revision);
  const newest = changes.reduce((most, { revision }) => Math.max(most, revision), 0);
  database
    .prepare(
      'UPDATE store_state SET sent_revision = max(sent_revision, ?), host = ?, failures = 0, retry_at = 0, last_error = NULL',
    )
    .run(newest, host);
}

/** The store does not take a row of them: they are left out until they change. */
export function noteUnfit(database: Database, changes: readonly Change[]): void {
  const note = database.prepare('UPDATE store_rows SET sent = 2 WHERE kind = ? AND key = ? AND revision = ?');
  for (const { kind, key, revision } of changes) note.run(kind, key, revision);
}

/** Sends these once more: the store may have been changed meanwhile. */
export function retryUnfit(database: Database): void {
  database.prepare('UPDATE store_rows SET sent = 0 WHERE sent = 2').run();
}

/** Whether `noteLost` has anything to do. */
export function hasLost(database: Database, { revision }: { revision: number }): boolean {
  const lost = database.prepare('SELECT 1 FROM store_rows WHERE sent = 1 AND revision > ? LIMIT 1');
  return lost.get(revision) !== undefined;
}

/** A store that was restored from a backup has nothing that is newer than `revision`. */
export function noteLost(database: Database, { revision }: { revision: number }): void {
  database.prepare('UPDATE store_rows SET sent = 0 WHERE sent = 1 AND revision > ?').run(revision);
  database.prepare('UPDATE store_state SET sent_revision = ?').run(revision);
}

/**
 * The store has `changes`, up to the revision `above`, that this ledger does not know it has: a process was killed before it
 * could note them, or the ledger was restored from a backup. Those that the store has in a newer revision than the ledger
 * get another one; what the ledger does not know any more stays in the store.
 */
export function noteRestored(
  database: Database,
  { changes, above }: { changes: readonly Change[]; above: number },
): void {
  const note = database.prepare(
    'UPDATE store_rows SET revision = @next, sent = 0 WHERE kind = @kind AND key = @key AND revision < @revision',
  );
  let next = Math.max(above, revisionOf(database));
  for (const { kind, key, revision } of changes) {
    next += 1;
    note.run({ next, kind, key, revision });
  }
  database.prepare('UPDATE store_state SET revision = ?, sent_revision = ?').run(next, above);
}

/** The store at this address could not be used, `failures` times so far, not even the first time. `retryAt` is in Unix ms. */
export function noteStoreFailure(
  database: Database,
  { address, ...failure }: { address: string; failures: number; retryAt: number; message: string },
): void {
  const message = [address, failure.message]
    .map((text) => text.replaceAll(endOfAddress, ' '))
    .join(endOfAddress);
  database
    .prepare(
      `INSERT INTO store_state (one, revision, failures, retry_at, last_error) VALUES (1, 0, @failures, @retryAt, @message)
       ON CONFLICT DO UPDATE SET failures = @failures, retry_at = @retryAt, last_error = @message`,
    )
    .run({ ...failure, message });
}
