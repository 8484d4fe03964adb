import { readFileSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ErrorCode } from '../../errors.ts';
import { lackingRight } from './rights.ts';

/** An error of the ledger: its code, the problem as it follows the ledger's name, and what to do next. */
export interface LedgerProblem {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly hint: string;
}

/** SQLite accepts no longer path (MAX_PATHNAME of its Unix layer), including the suffixes of its own files. */
const longestPathBytes = 512 - '-journal'.length;

/** For a damaged ledger. */
export const howToRecover = 'run `deploytrack doctor --repair` to save what can be read, or restore a backup';

/** The index of the log, SQLite's largest step. */
const stepBytes = 65_536;

const fullDisk: Omit<LedgerProblem, 'code'> = {
  problem: 'cannot grow: the disk is full',
  hint: 'free space, then run any deploytrack command',
};

/** By the beginning of the code of SQLite or of the file system. */
const families: readonly (readonly [RegExp, (said: string) => LedgerProblem])[] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    () => ({
      code: 'LEDGER_BUSY',
      problem: 'is locked by another process',
      hint: 'run `deploytrack doctor` to see which process holds it',
    }),
  ],
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, () => ({ code: 'LEDGER_FULL', ...fullDisk })],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    (said) => ({
      code: 'LEDGER_DAMAGED',
      problem: `is damaged: ${said}`,
      hint: howToRecover,
    }),
  ],
  [/^SQLITE_(PROTOCOL|NOLFS|IOERR_(SHM|LOCK|RDLOCK|UNLOCK|CHECKRESERVEDLOCK))/, unfitFileSystem],
  [
    /^(SQLITE_IOERR|EIO)/,
    (said) => ({
      code: 'LEDGER_UNUSABLE',
      problem: `cannot be used: its disk or file system failed (${said})`,
      hint: 'check the system log, or set a file on another disk with --ledger',
    }),
  ],
];

/** If locks or shared memory are refused; `said` is SQLite's message. */
export function unfitFileSystem(said: string): LedgerProblem {
  return {
    code: 'LEDGER_UNUSABLE',
    problem: `cannot be used: SQLite cannot work on its file system (${said})`,
    hint: 'set a file on a local disk with --ledger or DEPLOYTRACK_LEDGER',
  };
}

export function ledgerProblem(path: string, error: unknown): LedgerProblem {
  const code = String((error as { code?: string }).code ?? '');
  const said = error instanceof Error ? error.message : String(error);
  const room = /^SQLITE_(CANTOPEN|IOERR_(SHM|WRITE|FSYNC|TRUNCATE))/.test(code) ? lackOfRoom(path) : null;
  if (room !== null) return { code: 'LEDGER_FULL', ...room };
  const known = families.find(([begins]) => begins.test(code));
  if (known !== undefined) return known[1](said);
  return { code: 'LEDGER_UNUSABLE', ...(tooLong(path) ?? refused(path, code) ?? unexplained(said)) };
}

/** Why a ledger cannot be created at a path; null if no reason is found. */
export function obstacle(path: string): Omit<LedgerProblem, 'code'> | null {
  return tooLong(path) ?? lackingRight(path);
}

function tooLong(path: string): Omit<LedgerProblem, 'code'> | null {
  const bytes = Buffer.byteLength(path);
  if (bytes <= longestPathBytes) return null;
  return {
    problem: `cannot be used: its path has ${bytes} bytes, SQLite allows ${longestPathBytes}`,
    hint: 'set a shorter path with --ledger; import its journal with `deploytrack import`',
  };
}

function refused(path: string, code: string): Omit<LedgerProblem, 'code'> | null {
  return /^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR)/.test(code)
    ? lackingRight(path)
    : null;
}

function unexplained(said: string): Omit<LedgerProblem, 'code'> {
  return { problem: `cannot be used: ${said}`, hint: 'run `deploytrack doctor`' };
}

/** For failures that SQLite reports as those of a file system: null if there is room. */
function lackOfRoom(path: string): Omit<LedgerProblem, 'code'> | null {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(dirname(path));
    if (bavail * bsize < stepBytes) return fullDisk;
    if (files > 0 && ffree === 0)
      return {
        problem: 'cannot be opened: its disk has no free inode for the files next to it',
        hint: 'remove files from that disk, then run any deploytrack command',
      };
  } catch {
    return null; // its folder cannot be reached, which is another problem
  }
  return belowLimit(path);
}

/** Only Linux shows the limits of a process. */
function belowLimit(path: string): Omit<LedgerProblem, 'code'> | null {
  const limitBytes = fileSizeLimit();
  if (limitBytes === null || limitBytes >= Math.max(sizeOf(path), sizeOf(`${path}-wal`)) + stepBytes)
    return null;
  return {
    problem: `cannot grow: this process may write files of at most ${limitBytes} bytes`,
    hint: 'raise the limit with `ulimit -f unlimited`, then run any deploytrack command',
  };
}

function fileSizeLimit(): number | null {
  try {
    const limit = /^Max file size +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
