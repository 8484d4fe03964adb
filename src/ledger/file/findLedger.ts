import { lstatSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { effectiveUser } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { type FoundFile, findOwn, isOpenToOthers } from '../../files/findOwn.ts';
import { OddFile } from '../../files/openOwn.ts';

/** A ledger's file, looked at before SQLite opens it by its path. */
export interface LedgerFile {
  /** Where it stands itself, links of ours or root's followed. */
  readonly path: string;
  readonly stat: Stats;
  /** Whether others may exchange it, or put something beside it, at any moment. */
  readonly isExposed: boolean;
}

/**
 * What SQLite would open at the path; null where nothing is. Throws LEDGER_UNUSABLE for what is no file, for a link of
 * another account, and in a folder that others may write for what they can have laid there; or what the file system says.
 */
export function findLedger(path: string): LedgerFile | null {
  const own = effectiveUser();
  const found = find(path, own);
  if (found === null) return null;
  if (found.stat === null)
    throw refused(
      `the ledger ${path} is a link to ${found.path}, where nothing is`,
      'name the file itself with --ledger, or remove the link',
    );
  if (!found.stat.isFile())
    throw refused(`the ledger ${path} is ${kindOf(found.stat)}, not a file`, 'name a file with --ledger');
  const isExposed = isOpenToOthers(statSync(dirname(found.path)), own);
  if (isExposed) refuseLaid(path, { at: found.path, stat: found.stat, own });
  if (isExposed || isWritable(found.stat, own)) refuseJournal(found.path, found.stat.size);
  return { path: found.path, stat: found.stat, isExposed };
}

function find(path: string, own: number | undefined): FoundFile | null {
  try {
    return findOwn(path, own);
  } catch (error) {
    if (!(error instanceof OddFile)) throw error;
    throw refused(
      `the ledger ${path} is not used: ${error.message}`,
      'look at what it leads to, and remove the link',
    );
  }
}

/** Whether others may write into a file, as its own rights say. */
export function isWritable({ mode }: Pick<Stats, 'mode'>, own: number | undefined): boolean {
  return own !== undefined && (mode & 0o022) !== 0;
}

/** How long a ledger may take to be made: until it has its log, SQLite writes a journal for a moment. */
const making = { largestBytes: 4096, tries: 20, pauseMs: 5 };

/**
 * A rollback journal tells SQLite which file to remove, and any that we have written may be given its name by who may
 * write the folder. A ledger has a log instead; of one that is just being made (no more than `making.largestBytes`) the
 * journal is waited for.
 */
export function refuseJournal(path: string, ledgerBytes: number): void {
  const journal = `${path}-journal`;
  const stands = () => (lstatSync(journal, { throwIfNoEntry: false })?.size ?? 0) > 0;
  for (let tries = ledgerBytes > making.largestBytes ? 1 : making.tries; stands(); tries -= 1) {
    if (tries <= 1)
      throw refused(
        `the ledger ${path} is not used: ${journal} is a rollback journal, which no ledger has, and others may write here`,
        'look at it, and remove it',
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, making.pauseMs);
  }
}

/** SQLite follows no link to its log, but takes a second name of any file for it. */
export function refuseLaid(
  path: string,
  { at, stat, own }: { at: string; stat: Stats; own: number | undefined },
): void {
  if (stat.nlink > 1) throw laid(path, 'it has a second name (a hard link)');
  for (const beside of ['-wal', '-shm', '-journal']) {
    const found = lstatSync(at + beside, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (!found.isFile() || found.nlink > 1) throw laid(at + beside, 'it is no file of its own');
    if (beside === '-journal' && found.uid !== own && found.uid !== 0)
      throw laid(at + beside, 'it belongs to another account');
  }
}

function laid(path: string, why: string): DeploytrackError {
  return refused(
    `${path} is not used: ${why}, in a folder that others may write`,
    'look at it, and remove it',
  );
}

function refused(message: string, hint: string): DeploytrackError {
  return new DeploytrackError({ code: 'LEDGER_UNUSABLE', message, hint });
}

function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a folder';
  if (stat.isFIFO()) return 'a pipe';
  return stat.isSocket() ? 'a socket' : 'a device';
}
