import { linkSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { type Database, loadDriver } from '../file/addon.ts';
import type { LockHolder } from '../file/lockHolder.ts';
import { asLedgerError } from '../file/open.ts';
import { transaction, waitWhileLocked } from '../file/transaction.ts';

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
 * can see has it open, and none can open it. Throws LEDGER_BUSY and names the process, if another one uses it.
 */
export async function lockOut(context: Context, how: LockedOut): Promise<Database | null> {
  const { path, folder, timeoutMs } = how;
  let database: Database | null = null;
  try {
    database = await waitWhileLocked(context, { path, timeoutMs, attempt: () => lock(path, folder) });
  } catch (error) {
    if ((error as { code?: string }).code === 'LEDGER_BUSY') throw inUse(path, usersOf(path));
  }
  const users = database === null ? usersOf(path) : [];
  if (users.length > 0) throw inUse(path, users);
  return database;
}

function lock(path: string, folder: string): Database {
  const second = join(folder, 'locked.db');
  rmSync(second, { force: true });
  linkSync(path, second);
  let database: Database | undefined;
  try {
    database = loadDriver().open(second, { timeoutMs: 20 });
    database.pragma('locking_mode = EXCLUSIVE');
    transaction(database, { mode: 'write' }, () => {});
    return database;
  } catch (error) {
    database?.close();
    throw asLedgerError(error, path);
  } finally {
    // A file with a second name is refused by others; the open file stays locked.
    rmSync(second, { force: true });
  }
}

/** The other processes of this system that have a file open, as far as this account may see them (proc(5)). */
function usersOf(path: string): LockHolder[] {
  const names = [path, `${path}-wal`, `${path}-shm`];
  const own = target('/proc/self');
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== own)
    .filter((pid) => entries(`/proc/${pid}/fd`).some((fd) => names.includes(target(`/proc/${pid}/fd/${fd}`))))
    .map((pid) => ({ pid: Number(pid), program: programOf(pid) }));
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

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

function programOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'a process that has exited';
  }
}
