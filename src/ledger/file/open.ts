import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { effectiveUser, runsOnWindows } from '../../context.ts';
import { asProblem, DeploytrackError } from '../../errors.ts';
import { actualVersion } from './actualVersion.ts';
import { type Database, loadDriver } from './addon.ts';
import { isOpened, openFiles } from './descriptors.ts';
import {
  findLedger,
  isWritable,
  type LedgerFile,
  refuseJournal,
  refuseRepairing,
  refuseShare,
} from './findLedger.ts';
import { ledgerProblem } from './ledgerProblem.ts';
import { applicationId, schemaVersion } from './schemaVersion.ts';
import { strangeProgram } from './strangeProgram.ts';

/**
 * Opens an existing ledger. `null` if there is no file yet. Throws LEDGER_UNUSABLE (folder, permissions, links of
 * others), LEDGER_NOT_OURS, LEDGER_NEWER, LEDGER_OLDER, ADDON_MISSING; a file that is not ours is not touched.
 */
export function openLedger(
  path: string,
  mode: 'write' | 'read' | 'migrate' | 'copy' = 'write',
): Database | null {
  const file = lookAt(path);
  refuseRepairing(file?.path ?? path, file?.stat ?? null);
  if (file === null) return null;
  if (file.stat.size === 0) {
    loadDriver(); // without a driver nothing is known about the file
    throw new EmptyLedger();
  }
  const readonly = mode === 'read' || mode === 'copy';
  const mayBeOlder = mode === 'migrate' || mode === 'copy';
  const database = checked(openFound(file, readonly), { path, mayBeOlder });
  try {
    refuseReplaced(file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * A repair may have replaced the file between the look at it and its lock, which this connection has now: what it wrote
 * would be lost, and it would use the log of the new file.
 */
function refuseReplaced({ path, stat }: LedgerFile): void {
  refuseRepairing(path, stat);
  const now = standing(path);
  if (now?.dev === stat.dev && now.ino === stat.ino) return;
  throw new DeploytrackError({
    code: 'LEDGER_BUSY',
    message: `the ledger ${path} was replaced while it was opened`,
    hint: 'try again',
  });
}

/** The stat of the ledger's path; null if there is nothing. Throws if this account may not read it. */
export function standing(path: string): Stats | null {
  if (runsOnWindows()) refuseShare(path);
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    throw asLedgerError(error, path);
  }
}

/** The whole file of a ledger, read into memory: a connection that touches no file. Throws as `openLedger` does. */
export function openCopy(path: string, bytes: Buffer): Database {
  refuseOther(path, bytes.toString('latin1', 0, 16));
  // Without WAL mode: memory has no log (https://sqlite.org/fileformat.html, 1.3.3).
  if (bytes.length > 19) bytes.fill(1, 18, 20);
  if (bytes.length === 0) throw new EmptyLedger();
  return checked(loadDriver().open(bytes, { readonly: true }), { path, mayBeOlder: false });
}

function checked(database: Database, how: { path: string; mayBeOlder: boolean }): Database {
  try {
    checkSchema(database, how);
    return database;
  } catch (error) {
    database.close();
    throw asLedgerError(error, how.path);
  }
}

/** Opens the file that was checked, and no other that was put in its place meanwhile. Throws as `openLedger`. */
export function openFound({ path, stat, isExposed }: LedgerFile, readonly = false): Database {
  try {
    const isOfOthers = isExposed || isWritable(stat, effectiveUser());
    return connect(path, { readonly, expected: isExposed ? stat : null, isOfOthers });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code === 'SQLITE_NOTADB' && headOf(path) !== 'SQLite format 3\0')
      throw notOurs(path, 'it is not an SQLite database');
    throw error;
  }
}

/** How long SQLite itself waits for a lock. */
export const busyMs = 20;

/** A connection with the guarantees of the ledger: WAL, durable commits, the caller does the waiting. */
export function openFile(path: string, readonly = false): Database {
  return connect(path, { readonly, expected: null, isOfOthers: false });
}

function connect(
  path: string,
  { readonly, expected, isOfOthers }: { readonly: boolean; expected: Stats | null; isOfOthers: boolean },
): Database {
  const driver = loadDriver();
  let database: Database | undefined;
  try {
    // The library would open another file then.
    if (path !== path.trim()) throw new Error('its name ends in a space');
    const before = expected === null ? null : openFiles();
    database = driver.open(path, { readonly, timeoutMs: busyMs });
    if (expected !== null && !isOpened(expected, { path, before }))
      throw new Error('it was replaced while it was opened');
    // As late as possible: SQLite looks for one when it first reads.
    if (isOfOthers) refuseJournal(path, expected?.size ?? 0);
    const strange = isOfOthers ? strangeProgram(database) : null;
    if (strange !== null) throw strangeTo(path, strange);
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

function strangeTo(path: string, what: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `the ledger ${path} is not used: it contains the ${what}, which deploytrack did not create, and other accounts can write to it`,
    hint: 'check it with sqlite3, then drop what does not belong there',
  });
}

function refuseOther(path: string, head: string): void {
  if (head !== '' && head !== 'SQLite format 3\0') throw notOurs(path, 'it is not an SQLite database');
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
  const said = database.pragma('user_version', { simple: true }) as number;
  if (owner !== applicationId) {
    const isEmpty = database.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0;
    if (isEmpty && owner === 0) throw new EmptyLedger();
    throw notOurs(path, 'it is the database of another program');
  }
  if (said === schemaVersion) return;
  const version = said > schemaVersion ? said : actualVersion(database);
  if (version === null) throw noVersion(path, said);
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
      hint: 'run `deploytrack init` to migrate it',
    });
  }
}

function noVersion(path: string, version: number): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `the ledger ${path} has none of the tables of a ledger (its schema version is ${version})`,
    hint: 'restore a backup, or set another ledger with --ledger',
  });
}

/** An empty file, or a database without tables: to be made into a ledger. */
export class EmptyLedger extends Error {}

function notOurs(path: string, why: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_NOT_OURS',
    message: `${path} is not a ledger of deploytrack: ${why}; it was left untouched`,
    hint: 'set another file with --ledger',
  });
}

/** An error of SQLite or the file system as an error of the ledger. */
export function asLedgerError(error: unknown, path: string): Error {
  const known = error instanceof EmptyLedger ? error : asProblem(error);
  if (known !== null) return known;
  const { code, problem, hint } = ledgerProblem(path, error);
  return new DeploytrackError({ code, message: `the ledger ${path} ${problem}`, hint, cause: error });
}

/** Whether it comes from SQLite itself and is not formatted yet. */
export function isOfSqlite(error: unknown): boolean {
  return String((error as { code?: string } | null)?.code).startsWith('SQLITE_');
}
