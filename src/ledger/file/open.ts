import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { DeploytrackError } from '../../errors.ts';
import { type Database, loadAddon } from './addon.ts';
import { applicationId, schemaVersion } from './schemaVersion.ts';

/**
 * Opens an existing ledger. `null` when there is no file yet.
 * Throws LEDGER_UNUSABLE (folder, rights), LEDGER_NOT_OURS, LEDGER_NEWER, LEDGER_OLDER, ADDON_MISSING;
 * a file that is not ours is not touched.
 */
export function openLedger(path: string, mode: 'write' | 'read' | 'migrate' = 'write'): Database | null {
  if (!existsSync(path)) return null;
  refuseWhatIsNoLedger(path);
  const database = openFile(path, mode === 'read');
  try {
    checkSchema(database, { path, mayBeOlder: mode === 'migrate' });
    return database;
  } catch (error) {
    database.close();
    throw asLedgerError(error, path);
  }
}

/** A connection with the promises of the ledger: WAL, durable commits, waiting done by the caller. */
export function openFile(path: string, readonly = false): Database {
  const addon = loadAddon();
  try {
    const database = new SqliteDatabase(path, { nativeBinding: addon as never, timeout: 20, readonly });
    database.pragma('synchronous = FULL');
    return database;
  } catch (error) {
    throw asLedgerError(error, path);
  }
}

function refuseWhatIsNoLedger(path: string): void {
  let isFile: boolean;
  let head: string;
  try {
    const found = statSync(path);
    isFile = found.isFile();
    head = isFile && found.size > 0 ? headOf(path) : '';
  } catch (error) {
    throw asLedgerError(error, path);
  }
  if (!isFile) {
    throw new DeploytrackError({
      code: 'LEDGER_UNUSABLE',
      message: `the ledger ${path} is a folder, not a file`,
      hint: 'name a file with --ledger',
    });
  }
  if (head !== '' && head !== 'SQLite format 3\0') throw notOurs(path, 'it is no SQLite database');
}

function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(16);
    return head.toString('latin1', 0, readSync(file, head, 0, 16, 0));
  } finally {
    closeSync(file);
  }
}

function checkSchema(database: Database, { path, mayBeOlder }: { path: string; mayBeOlder: boolean }): void {
  const owner = database.pragma('application_id', { simple: true }) as number;
  const version = database.pragma('user_version', { simple: true }) as number;
  if (owner !== applicationId) {
    const isEmpty = database.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0;
    if (isEmpty && owner === 0) throw new EmptyLedger();
    throw notOurs(path, 'it is the database of another program');
  }
  if (version > schemaVersion) {
    throw new DeploytrackError({
      code: 'LEDGER_NEWER',
      message: `the ledger ${path} was written by a newer deploytrack (schema ${version}, this one knows ${schemaVersion})`,
      hint: 'update deploytrack on this host',
    });
  }
  if (version < schemaVersion && !mayBeOlder) {
    throw new DeploytrackError({
      code: 'LEDGER_OLDER',
      message: `the ledger ${path} has an older schema (${version}, this deploytrack writes ${schemaVersion})`,
      hint: 'deploytrack init migrates it',
    });
  }
}

/** A file of no bytes, or a database without tables: to be made into a ledger. */
export class EmptyLedger extends Error {}

function notOurs(path: string, why: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_NOT_OURS',
    message: `${path} is not a ledger of deploytrack: ${why}; it was left untouched`,
    hint: 'name another file with --ledger',
  });
}

/** What SQLite or the file system said, in the words of the ledger. */
export function asLedgerError(error: unknown, path: string): Error {
  if (error instanceof DeploytrackError || error instanceof EmptyLedger) return error;
  const code = (error as { code?: string }).code ?? '';
  const said = error instanceof Error ? error.message : String(error);
  const family =
    code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')
      ? 'LEDGER_BUSY'
      : code.startsWith('SQLITE_FULL') || code === 'ENOSPC'
        ? 'LEDGER_FULL'
        : 'LEDGER_UNUSABLE';
  const problem = {
    LEDGER_BUSY: 'is locked by another process',
    LEDGER_FULL: 'cannot grow: the disk is full',
    LEDGER_UNUSABLE: `cannot be used: ${said}`,
  }[family];
  const hint = {
    LEDGER_BUSY: 'deploytrack doctor names the holder',
    LEDGER_FULL: 'free space, then run any deploytrack command',
    LEDGER_UNUSABLE: 'deploytrack doctor says what is wrong',
  }[family];
  return new DeploytrackError({ code: family, message: `the ledger ${path} ${problem}`, hint, cause: error });
}
