import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DeploytrackError } from '../../../errors.ts';
import { fileStat } from '../../../files/fileStat.ts';
import { findOwn } from '../../../files/findOwn.ts';
import { OddFile } from '../../../files/openOwn.ts';
import type { Database } from '../../file/addon.ts';
import { suffixes } from '../../file/findLedger.ts';
import { isOfSqlite } from '../../file/open.ts';
import { whyNotOlder } from './older.ts';

/** The file that becomes the backup: its real path, and the folder. */
export interface Target {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
}

/**
 * Checks the file that is to become a backup before anything is written. Replaced is only an older backup of the same
 * ledger, or an empty file. Throws FILE, or the errors of SQLite and of the file system.
 */
export function checkedTarget(
  named: string,
  { uid, ledgerPath, database }: { uid: number | undefined; ledgerPath: string; database: Database },
): Target {
  const path = resolved(named, uid);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (isBeside(path, resolved(ledgerPath, uid))) throw refused(named, 'the ledger uses this name for itself');
  if (stat === undefined && fileStat(dirname(path))?.isDirectory() !== true)
    throw refused(named, 'its folder does not exist', 'create the folder, for example with `mkdir -m 700`');
  if (stat !== undefined) {
    if (!stat.isFile())
      throw refused(named, `it is ${stat.isDirectory() ? 'a folder' : 'not a regular file'}`);
    const own = fileStat(ledgerPath);
    if (own !== null && own.dev === stat.dev && own.ino === stat.ino)
      throw refused(named, 'it is the ledger itself');
    refuseInUse(named, path);
    const refusal = stat.size === 0 ? null : whyNotOlder(path, database);
    if (refusal !== null) throw refused(named, refusal.why, refusal.hint);
  }
  return { path, folder: dirname(path), name: basename(path) };
}

/** A file with such a name would be taken for a part of the ledger: its log, its journal, a repair. */
function isBeside(path: string, ledger: string): boolean {
  const own = [...suffixes, '.journal', '.journal.old', '.locked', '.repairing'];
  return own.some((end) => path === ledger + end);
}

function resolved(named: string, uid: number | undefined): string {
  try {
    return findOwn(named, uid)?.path ?? named;
  } catch (error) {
    if (!(error instanceof OddFile)) throw notWritten(named, error);
    throw refused(named, error.message, 'check where it leads, then remove the link');
  }
}

/** A log that was not written back belongs to the file that is there now, and would be played into the new one. */
function refuseInUse(named: string, path: string): void {
  for (const end of ['-wal', '-journal'])
    if ((statSync(path + end, { throwIfNoEntry: false })?.size ?? 0) > 0)
      throw refused(
        named,
        `${named}${end} exists: another program has it open, or was killed`,
        'close that program, or write another file',
      );
}

function refused(
  named: string,
  why: string,
  hint = 'write another file, for example deploytrack-backup.db',
): DeploytrackError {
  return new DeploytrackError({ code: 'FILE', message: `no backup was written to ${named}: ${why}`, hint });
}

/** The error of SQLite or of the file system. */
export function notWritten(named: string, error: unknown): DeploytrackError {
  const { cause } = error as Error;
  if (error instanceof DeploytrackError && !isOfSqlite(cause)) return error;
  const { why, hint } = reason((isOfSqlite(cause) ? cause : error) as NodeJS.ErrnoException);
  return new DeploytrackError({
    code: 'FILE',
    message: `no backup was written to ${named}: ${why}`,
    hint,
    cause: error,
  });
}

function reason({ code = '', message }: NodeJS.ErrnoException): { why: string; hint: string } {
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code))
    return { why: 'the disk is full', hint: 'free space, or write to another disk' };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return {
      why: `another program has it open (${code})`,
      hint: 'close that program, or write another file',
    };
  return {
    why: code === '' ? message : `${message} (${code})`,
    hint: 'check the permissions of the file and of its folder',
  };
}

/** The name of the folder in which a backup is written, of one process. */
export function partFolder({ folder, name }: Target, { pid, mark }: { pid: number; mark: string }): string {
  return join(folder, `${partPrefix(name)}${pid}-${mark}`);
}

export function partPrefix(name: string): string {
  return `.${name}.part-`;
}
