import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { stopwatch } from '../../duration.ts';
import { DeploytrackError } from '../../errors.ts';
import { type Database, loadDriver } from '../file/addon.ts';
import type { LockHolder } from '../file/lockHolder.ts';
import { asLedgerError, busyMs } from '../file/open.ts';
import { transaction, waitWhileLocked } from '../file/transaction.ts';
import { isDamage } from './check.ts';
import { usersOf } from './usersOf.ts';

interface LockedOut {
  /** The real path of the ledger. */
  readonly path: string;
  /** A folder of our own on the same file system. */
  readonly folder: string;
  readonly timeoutMs: number;
}

/**
 * Keeps every other process out of a ledger until the connection is closed: each connection to a ledger holds a shared
 * lock of its file, this one an exclusive one. The connection is opened through a second name of the file, so that it
 * never touches the ledger's log. Null if SQLite cannot lock a file as damaged as this: then no other process that we
 * can see has it open, and none can open it. On Windows too: there, no open file can be replaced. Throws LEDGER_BUSY and
 * names the process, if another one uses it.
 */
export async function lockOut(context: Context, how: LockedOut): Promise<Database | null> {
  const { path, timeoutMs } = how;
  const database = context.platform === 'win32' ? null : await locked(context, how);
  try {
    // A process that waits for the lock has the file open too, for a moment.
    const waitedMs = stopwatch(context);
    let users = usersOf(path);
    while (users.length > 0 && waitedMs() < timeoutMs) {
      await context.sleep(busyMs);
      users = usersOf(path);
    }
    if (users.length > 0) throw inUse(path, users);
    return database;
  } catch (error) {
    database?.close();
    throw error;
  }
}

async function locked(context: Context, { path, folder, timeoutMs }: LockedOut): Promise<Database | null> {
  try {
    return await waitWhileLocked(context, { path, timeoutMs, attempt: () => lock(path, folder) });
  } catch (error) {
    if ((error as { code?: string }).code === 'LEDGER_BUSY') throw inUse(path, usersOf(path));
    if (isDamage(error)) return null;
    throw error;
  }
}

function lock(path: string, folder: string): Database {
  const second = join(folder, 'locked.db');
  rmSync(second, { force: true });
  link(path, second);
  let database: Database | undefined;
  try {
    database = loadDriver().open(second, { timeoutMs: busyMs });
    database.pragma('locking_mode = EXCLUSIVE');
    transaction(database, { mode: 'alone' }, () => {});
    return database;
  } catch (error) {
    database?.close();
    throw asLedgerError(error, path);
  } finally {
    // A file with a second name is refused by others; the open file stays locked.
    rmSync(second, { force: true });
  }
}

function link(path: string, second: string): void {
  try {
    linkSync(path, second);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS)$/.test(code ?? '')) throw error;
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: `cannot repair the ledger ${path}: its file system has no hard links (${code}), so other processes cannot be locked out; it was left untouched`,
      hint: 'copy it with its -wal to a local disk, repair the copy with --ledger, and put that in its place',
    });
  }
}

function inUse(path: string, users: readonly LockHolder[]): DeploytrackError {
  const who = users.map(({ pid, program }) => `${program}, process ${pid}`).join('; ');
  return new DeploytrackError({
    code: 'LEDGER_BUSY',
    message: `cannot repair the ledger ${path}: it is in use by ${who === '' ? 'another process' : who}; it was left untouched`,
    hint:
      who === ''
        ? 'stop every process that uses it (`fuser -v` lists them), then try again'
        : 'wait for it or stop it, then try again',
  });
}
