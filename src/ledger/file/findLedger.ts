import { lstatSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { effectiveUser, runsOnWindows } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { type FoundFile, findOwn, isOpenToOthers } from '../../files/findOwn.ts';
import { windowsShare } from '../../files/networkPath.ts';
import { OddFile } from '../../files/openOwn.ts';

/** A ledger's file, checked before SQLite opens it by its path. */
export interface LedgerFile {
  /** The real path; links of this account or root are followed. */
  readonly path: string;
  readonly stat: Stats;
  /** Whether other accounts can exchange it, or put files next to it, at any moment. */
  readonly isExposed: boolean;
}

/**
 * The file that SQLite would open at the path; null if there is none. Throws LEDGER_UNUSABLE if it is not a file, for a
 * link of another account, and for files that others may have put into a folder that they can write to; or the error of
 * the file system.
 */
export function findLedger(path: string): LedgerFile | null {
  if (runsOnWindows()) refuseShare(path);
  const own = effectiveUser();
  const found = find(path, own);
  if (found === null) return null;
  if (found.stat === null)
    throw refused(
      `the ledger ${path} is a link to ${found.path}, which does not exist`,
      'set the file itself with --ledger, or remove the link',
    );
  if (!found.stat.isFile())
    throw refused(`the ledger ${path} is ${kindOf(found.stat)}, not a file`, 'set a file with --ledger');
  const isExposed = isOpenToOthers(statSync(dirname(found.path)), own);
  if (isExposed) refuseLaid(path, { at: found.path, stat: found.stat, own });
  if (isExposed || isWritable(found.stat, own)) refuseJournal(found.path, found.stat.size);
  return { path: found.path, stat: found.stat, isExposed };
}

/** Before it is touched: a server that does not respond would hold us up. */
export function refuseShare(path: string): void {
  const share = windowsShare(path);
  if (share !== null)
    throw refused(
      `the ledger ${path} is not used: it is on the network share ${share}, on which SQLite cannot lock it`,
      'set a file on a local disk with --ledger',
    );
}

function find(path: string, own: number | undefined): FoundFile | null {
  try {
    return findOwn(path, own);
  } catch (error) {
    if (!(error instanceof OddFile)) throw error;
    throw refused(
      `the ledger ${path} is not used: ${error.message}`,
      'check where it leads, then remove the link',
    );
  }
}

/** Whether the permissions of a file allow others to write to it. */
export function isWritable({ mode }: Pick<Stats, 'mode'>, own: number | undefined): boolean {
  return own !== undefined && (mode & 0o022) !== 0;
}

/** How long creating a ledger may take: until it is in WAL mode, SQLite writes a rollback journal for a moment. */
const making = { largestBytes: 4096, tries: 20, pauseMs: 5 };

/**
 * A rollback journal tells SQLite which file to remove: an account that can write to the folder can plant one of ours under
 * that name. A ledger has a log instead; while a ledger is being created (no more than `making.largestBytes`) its
 * journal is waited for.
 */
export function refuseJournal(path: string, ledgerBytes: number): void {
  const journal = `${path}-journal`;
  const stands = () => (lstatSync(journal, { throwIfNoEntry: false })?.size ?? 0) > 0;
  for (let tries = ledgerBytes > making.largestBytes ? 1 : making.tries; stands(); tries -= 1) {
    if (tries <= 1)
      throw refused(
        `the ledger ${path} is not used: ${journal} is a rollback journal, which a ledger never has, and other accounts can write to this folder`,
        'check it, then remove it',
      );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, making.pauseMs);
  }
}

/** Of the names of SQLite's own files next to a database. */
export const suffixes = ['-wal', '-shm', '-journal'] as const;

/** SQLite follows no link to its log, but accepts a second name of any file as its log. */
export function refuseLaid(
  path: string,
  { at, stat, own }: { at: string; stat: Stats; own: number | undefined },
): void {
  if (stat.nlink > 1) throw laid(path, 'it has a second name (a hard link)');
  for (const beside of suffixes) {
    const found = lstatSync(at + beside, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (!found.isFile() || found.nlink > 1) throw laid(at + beside, 'it is not a regular file with one name');
    if (beside === '-journal' && found.uid !== own && found.uid !== 0)
      throw laid(at + beside, 'it belongs to another account');
  }
}

function laid(path: string, why: string): DeploytrackError {
  return refused(
    `${path} is not used: ${why}, in a folder that other accounts can write to`,
    'check it, then remove it',
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

/** The folder of a repair whose result is about to replace the ledger. */
export function readyFolder(path: string): string {
  return `${path}.repairing`;
}

/**
 * Throws LEDGER_BUSY while a repaired ledger replaces the damaged one, or if that was interrupted. Only the account of the
 * ledger can repair it: in a folder that others can write to, a folder of theirs is none.
 */
export function refuseRepairing(path: string, ledger: Stats | null): void {
  const found = lstatSync(readyFolder(path), { throwIfNoEntry: false });
  if (found === undefined || (ledger !== null && found.uid !== ledger.uid)) return;
  throw new DeploytrackError({
    code: 'LEDGER_BUSY',
    message: `the ledger ${path} is not used: its repair has not been finished`,
    hint: 'run `deploytrack doctor --repair` to finish it',
  });
}
