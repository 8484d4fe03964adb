import { lstatSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DeploytrackError } from '../../../errors.ts';
import { fileStat } from '../../../files/fileStat.ts';
import { findOwn } from '../../../files/findOwn.ts';
import { OddFile } from '../../../files/openOwn.ts';
import type { Database } from '../../file/addon.ts';
import { openFile } from '../../file/open.ts';
import { applicationId } from '../../file/schemaVersion.ts';
import { type Contents, contentsOf } from './source.ts';

/** The file that becomes the backup: its real path, and the folder. */
export interface Target {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
}

/**
 * Checks the file that is to become a backup before anything is written. Replaced is only an older backup of the same
 * ledger, or an empty file. Throws FILE.
 */
export function checkedTarget(
  named: string,
  { uid, ledgerPath, ledger }: { uid: number | undefined; ledgerPath: string; ledger: Contents },
): Target {
  const path = resolved(named, uid);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined && fileStat(dirname(path))?.isDirectory() !== true)
    throw refused(named, 'its folder does not exist', 'create the folder, for example with `mkdir -m 700`');
  if (stat !== undefined) {
    if (!stat.isFile())
      throw refused(named, `it is ${stat.isDirectory() ? 'a folder' : 'not a regular file'}`);
    const own = fileStat(ledgerPath);
    if (own !== null && own.dev === stat.dev && own.ino === stat.ino)
      throw refused(named, 'it is the ledger itself');
    refuseInUse(named, path);
    if (stat.size > 0) refuseOther(named, { path, ledger });
  }
  return { path, folder: dirname(path), name: basename(path) };
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

function refuseOther(named: string, { path, ledger }: { path: string; ledger: Contents }): void {
  const there = contentsAt(path);
  if (there === null || there.applicationId !== applicationId)
    throw refused(named, 'it exists and is not a backup of a ledger');
  if (there.ledgerId !== ledger.ledgerId) throw refused(named, 'it is a backup of another ledger');
  if (there.lastRow > ledger.lastRow)
    throw refused(
      named,
      'it has newer deployments than the ledger, which was restored since',
      'move it away if you do not need it any more',
    );
}

/** Null if it is not a database, or has no tables of ours. */
function contentsAt(path: string): Contents | null {
  let database: Database | null = null;
  try {
    database = openFile(path);
    // Without the shared memory of WAL mode, which not every file system has.
    database.pragma('locking_mode = EXCLUSIVE');
    return contentsOf(database);
  } catch {
    return null;
  } finally {
    database?.close();
  }
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
  if (error instanceof DeploytrackError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const isFull = /^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code);
  const why = isFull ? 'the disk is full' : code === '' ? message : `${message} (${code})`;
  const hint = isFull ? 'free space, or write to another disk' : 'check the permissions of its folder';
  return new DeploytrackError({
    code: 'FILE',
    message: `no backup was written to ${named}: ${why}`,
    hint,
    cause: error,
  });
}

/** The name of the folder in which a backup is written, of one process. */
export function partFolder({ folder, name }: Target, { pid, mark }: { pid: number; mark: string }): string {
  return join(folder, `${partPrefix(name)}${pid}-${mark}`);
}

export function partPrefix(name: string): string {
  return `.${name}.part-`;
}
