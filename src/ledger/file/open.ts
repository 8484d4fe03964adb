import { closeSync, openSync, readSync, type Stats } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { DeploytrackError } from '../../errors.ts';
import { type Database, loadAddon } from './addon.ts';
import { isOpened, openFiles } from './descriptors.ts';
import { findLedger, type LedgerFile } from './findLedger.ts';
import { applicationId, schemaVersion } from './schemaVersion.ts';

/**
 * Opens an existing ledger. `null` when there is no file yet.
 * Throws LEDGER_UNUSABLE (folder, rights, links of others), LEDGER_NOT_OURS, LEDGER_NEWER, LEDGER_OLDER, ADDON_MISSING;
 * a file that is not ours is not touched.
 */
export function openLedger(path: string, mode: 'write' | 'read' | 'migrate' = 'write'): Database | null {
  const file = lookAt(path);
  if (file === null) return null;
  if (file.stat.size === 0) {
    loadAddon(); // without it nothing can be made of the file
    throw new EmptyLedger();
  }
  const database = openFound(file, mode === 'read');
  try {
    checkSchema(database, { path, mayBeOlder: mode === 'migrate' });
    return database;
  } catch (error) {
    database.close();
    throw asLedgerError(error, path);
  }
}

/** A file that was looked at, and no other that somebody put in its place meanwhile. Throws as `openLedger`. */
export function openFound({ path, stat, isExposed }: LedgerFile, readonly = false): Database {
  try {
    return connect(path, { readonly, expected: isExposed ? stat : null });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code === 'SQLITE_NOTADB' && headOf(path) !== 'SQLite format 3\0')
      throw notOurs(path, 'it is no SQLite database');
    throw error;
  }
}

/** A connection with the promises of the ledger: WAL, durable commits, waiting done by the caller. */
export function openFile(path: string, readonly = false): Database {
  return connect(path, { readonly, expected: null });
}

function connect(
  path: string,
  { readonly, expected }: { readonly: boolean; expected: Stats | null },
): Database {
  const addon = loadAddon();
  let database: Database | undefined;
  try {
    // The library opens another file then.
    if (path !== path.trim()) throw new Error('its name ends in a blank');
    const before = expected === null ? null : openFiles();
    database = new SqliteDatabase(path, { nativeBinding: addon as never, timeout: 20, readonly });
    if (expected !== null && !isOpened(expected, { path, before }))
      throw new Error('it was exchanged while it was opened');
    database.pragma('synchronous = FULL');
    return database;
  } catch (error) {
    database?.close();
    throw asLedgerError(error, path);
  }
}

function lookAt(path: string): LedgerFile | null {
  try {
    return findLedger(path);
  } catch (error) {
    throw asLedgerError(error, path);
  }
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
