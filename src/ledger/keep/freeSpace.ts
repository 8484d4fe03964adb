import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { fileStat } from '../../files/fileStat.ts';
import { openDeployments } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { asLedgerError } from '../file/open.ts';
import { waitWhileLocked } from '../file/transaction.ts';
import type { Store } from '../store.ts';
import { emptyLog } from './emptyLog.ts';

/** Why a part of the file is still free: for the marks to come. */
export type NotFreed = 'in-use' | 'too-large' | 'no-room' | 'reader' | 'locked';

export interface Freed {
  /** Bytes that are free in the file, or in a log that a reader still needs. */
  readonly left: number;
  readonly why: NotFreed | null;
}

/** Pages that one transaction releases: it takes a few milliseconds. */
const pagesAtOnce = 100;
const leastAtOnce = 10;
const pauseMs = 5;

/**
 * A VACUUM writes all rows anew and locks the ledger until it has: 1.3 s for 90 MB. Up to the first size marks may wait for
 * it, up to the second only new deployments, and no longer than for a lock anyway.
 */
const shortestBytes = 32 * 1_048_576;
const longestBytes = 96 * 1_048_576;

/** All bytes of the ledger on disk, with its log. */
export function ledgerBytes(path: string): number {
  return ['', '-wal'].reduce((sum, end) => sum + (fileStat(path + end)?.size ?? 0), 0);
}

/** The pages with rows, in bytes; and those without. */
export function pageBytes(database: Database): { used: number; free: number } {
  const [size, pages, free] = ['page_size', 'page_count', 'freelist_count'].map(
    (name) => database.pragma(name, { simple: true }) as number,
  ) as [number, number, number];
  return { used: (pages - free) * size, free: free * size };
}

/**
 * Gives the free pages of the file back to the disk, without holding up marks. A file of an older version must be written
 * anew once, which is left out if that would take too long; later it shrinks in small steps. What a full disk or a lock
 * leaves free is not an error: everything is deleted by then. Throws like `store.write`.
 */
export async function freeSpace(context: Context, store: Store): Promise<Freed> {
  const database = await store.database();
  const path = store.options.ledgerPath;
  const why =
    pageBytes(database).free === 0 ? null : await unlessRefused(path, () => release(context, store));
  const notTruncated = await unlessRefused(path, () => truncateLog(context, database));
  const { free } = pageBytes(database);
  const log = notTruncated === null ? 0 : (fileStat(`${path}-wal`)?.size ?? 0);
  return { left: free + log, why: why ?? notTruncated };
}

async function unlessRefused(path: string, work: () => Promise<NotFreed | null>): Promise<NotFreed | null> {
  try {
    return await work();
  } catch (thrown) {
    const error = asLedgerError(thrown, path);
    const { code } = error as { code?: string };
    if (code === 'LEDGER_FULL') return 'no-room';
    if (code === 'LEDGER_BUSY') return 'locked';
    throw error;
  }
}

const incremental = 2;

async function release(context: Context, store: Store): Promise<NotFreed | null> {
  const database = await store.database();
  if (database.pragma('auto_vacuum', { simple: true }) !== incremental) {
    const why = obstacle(database, store.options.ledgerPath);
    if (why === null) await vacuum(context, store);
    return why;
  }
  let most = pagesAtOnce;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const { free } = pageBytes(database);
    if (free === 0 || free >= before) return null;
    before = free;
    most = await releaseSome(store, most);
    await context.sleep(pauseMs);
  }
}

/** Returns how many pages the disk had room for in the log. */
async function releaseSome(store: Store, most: number): Promise<number> {
  try {
    await store.note((open) => open.exec(`PRAGMA incremental_vacuum(${most})`));
    return most;
  } catch (error) {
    if ((error as { code?: string }).code !== 'LEDGER_FULL' || most === leastAtOnce) throw error;
    emptyLog(await store.database());
    return releaseSome(store, leastAtOnce);
  }
}

function obstacle(database: Database, path: string): NotFreed | null {
  const { used } = pageBytes(database);
  if (used > longestBytes) return 'too-large';
  if (used > shortestBytes && openDeployments(database, {}).length > 0) return 'in-use';
  // The new pages are in the log until it is written back.
  return roomFor(path) < 1.2 * used ? 'no-room' : null;
}

function roomFor(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY; // unknown: SQLite reports a full disk and changes nothing
  }
}

async function vacuum(context: Context, store: Store): Promise<void> {
  const database = await store.database();
  const { ledgerPath: path, ledgerTimeoutMs: timeoutMs } = store.options;
  // The copy of the rows: not in a folder for temporary files of all accounts.
  database.pragma('temp_store = MEMORY');
  database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma('synchronous = NORMAL');
  try {
    await waitWhileLocked(context, { timeoutMs, path, attempt: () => database.exec('VACUUM') });
  } finally {
    database.pragma('synchronous = FULL');
  }
}

const tries = 40;

/** Not if a reader still needs the log. First without a lock, so that little is left for the part that needs it. */
async function truncateLog(context: Context, database: Database): Promise<NotFreed | null> {
  for (let left = tries; left > 0; left -= 1) {
    database.pragma('wal_checkpoint(PASSIVE)');
    if (emptyLog(database)) return null;
    await context.sleep(pauseMs * 5);
  }
  return 'reader';
}
