import { accessSync, constants, lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DeploytrackError } from '../../errors.ts';
import { type LeftOut, readFitRows } from '../fit/views.ts';
import type { Database } from './addon.ts';
import { asLedgerError, openCopy, openLedger, standing } from './open.ts';

/** A ledger opened for reading. */
export interface Reading {
  readonly database: Database;
  /** Whether the file has changed since this connection read it: only possible for a copy in memory. */
  isOld(): boolean;
}

/** A copy is in memory twice for a moment. */
const largestCopyBytes = 1_073_741_824;

interface HowToRead {
  /** As in `openLedger`. */
  readonly how: 'write' | 'read';
  /** Called for rows with invalid values, when they are found. */
  readonly leftOut: LeftOut;
  /** How long each query waits for a lock once the ledger is open, blocking this process; at most 20 ms by default. */
  readonly busyTimeoutMs?: number;
  /** How much of the file is cached in memory; SQLite's own default is 16 MB. */
  readonly cacheKibibytes?: number;
}

/**
 * Opens a ledger for reading, for any account that can read its file; null if there is none. Everything read from it is
 * valid: see `readFitRows`. An account that can also write opens it as `how` says; one that cannot gets a copy in
 * memory while the file is complete, which leaves nothing next to it. Throws the errors of `openLedger`, and
 * LEDGER_BUSY while another process writes or closes it: never waits for that.
 */
export function openForReading(path: string, { how, leftOut, ...tuning }: HowToRead): Reading | null {
  const reading = opened(path, how);
  try {
    if (reading === null) return null;
    readFitRows(reading.database, leftOut);
    tune(reading.database, tuning);
    return reading;
  } catch (error) {
    reading?.database.close();
    throw asLedgerError(error, path);
  }
}

/**
 * The same with invalid rows and values as they are, for commands that handle them; `copy`: also a ledger of an older
 * version, by an account that can write to it or while it is in use.
 */
export function openAsItIs(path: string, how: 'read' | 'copy'): Database | null {
  try {
    return opened(path, how)?.database ?? null;
  } catch (error) {
    throw asLedgerError(error, path);
  }
}

function tune(
  database: Database,
  { busyTimeoutMs, cacheKibibytes }: Pick<HowToRead, 'busyTimeoutMs' | 'cacheKibibytes'>,
): void {
  if (busyTimeoutMs !== undefined) database.pragma(`busy_timeout = ${busyTimeoutMs}`);
  if (cacheKibibytes !== undefined) database.pragma(`cache_size = -${cacheKibibytes}`);
}

function opened(path: string, how: 'write' | 'read' | 'copy'): Reading | null {
  refuseEmptyLink(path);
  try {
    if (mayWrite(path)) return neverOld(openLedger(path, how));
  } catch (error) {
    if (!isRefused(error)) throw error; // files next to it may belong to another account
  }
  return isWhole(path) ? copyOf(path) : openLive(path);
}

/** By missing permissions, or by a disk without room for the files next to the ledger. */
function isRefused(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  return /^SQLITE_(READONLY|CANTOPEN)/.test(code ?? '') || (error as DeploytrackError).code === 'LEDGER_FULL';
}

function neverOld(database: Database | null): Reading | null {
  return database === null ? null : { database, isOld: () => false };
}

/** A link to nothing is not a missing ledger: its target may be on a disk that is not mounted now. */
function refuseEmptyLink(path: string): void {
  if (standing(path) !== null || lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  throw new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `the ledger ${path} is a link to a file that does not exist`,
    hint: 'restore that file, or set another with --ledger',
  });
}

function mayWrite(path: string): boolean {
  const { R_OK, W_OK, X_OK } = constants;
  try {
    accessSync(path, R_OK | W_OK);
    accessSync(dirname(path), W_OK | X_OK);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Nothing is only in a log: the last connection has written everything back into the file. */
function isWhole(path: string): boolean {
  return ['-wal', '-journal'].every(
    (end) => (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0) === 0,
  );
}

/** A process has it open, or was killed: its log next to it is read through the existing index. */
function openLive(path: string): Reading | null {
  try {
    return neverOld(openLedger(path, 'read'));
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (isWhole(path)) return copyOf(path);
    if ((error as DeploytrackError).code === 'LEDGER_FULL') throw error;
    const lasting = unreadable(path, error);
    throw mayReadLog(path) ? asLedgerError(closing(lasting), path) : lasting;
  }
}

/** Also if one of them is missing: the last writer removes first the index, and then the log. */
function mayReadLog(path: string): boolean {
  return ['-wal', '-shm'].every((end) => {
    try {
      accessSync(path + end, constants.R_OK);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  });
}

/** Temporary, like a lock; `lasting` is the error if it is not. */
function closing(lasting: DeploytrackError): Error {
  return Object.assign(new Error('its last writer is closing it'), { code: 'SQLITE_BUSY', lasting });
}

function unreadable(path: string, cause: unknown): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `this account cannot read the ledger ${path} now: its newest marks are in ${path}-wal; reading them needs access to that file and ${path}-shm`,
    hint: 'run `deploytrack finish` or any report as an account that can write to it, or give access with `deploytrack init --group <group>`',
    cause,
  });
}

/** The file at one moment. Throws LEDGER_BUSY if it was written meanwhile. */
function copyOf(path: string): Reading {
  try {
    const before = stateOf(path);
    if (before.size > largestCopyBytes) throw tooLarge(path);
    const bytes = readFileSync(path);
    if (stateOf(path).text !== before.text || !isWhole(path)) throw written();
    const database = openCopy(path, bytes);
    return { database, isOld: () => hasChanged(path, before.text) };
  } catch (error) {
    throw asLedgerError(error, path);
  }
}

/** Also if it cannot be inspected: opening it again reports why. */
function hasChanged(path: string, since: string): boolean {
  try {
    return !isWhole(path) || stateOf(path).text !== since;
  } catch {
    return true;
  }
}

function stateOf(path: string): { size: number; text: string } {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return { size: Number(size), text: `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}` };
}

function written(): Error {
  return Object.assign(new Error('the file was changed while it was read'), { code: 'SQLITE_BUSY' });
}

function tooLarge(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `the ledger ${path} is too large to be read by an account that cannot write to it`,
    hint: 'give access with `deploytrack init --group <group>`',
  });
}
