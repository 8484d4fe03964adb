import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { effectiveUser } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { isOpenToOthers } from '../../files/findOwn.ts';
import { type LedgerProblem, unfitFileSystem } from './ledgerProblem.ts';
import { openFile } from './open.ts';

/**
 * What is told of a ledger that stayed busy. A file system without locks looks to SQLite as if somebody else always held
 * them: the same error, in other words where a file that nobody else knows of cannot be locked either.
 */
export function asBusy(problem: Error, path: string): Error {
  const lasting = lastingCause(problem);
  if (lasting !== null) return lasting;
  const unfit = refusedLocks(dirname(path));
  if (unfit === null) return problem;
  const { problem: words, hint } = unfit;
  return new DeploytrackError({
    code: 'LEDGER_BUSY',
    message: `the ledger ${path} ${words}`,
    hint,
    cause: problem,
  });
}

/** What is wrong with a ledger that was thought to be busy for a moment, and stayed so; null where it is only busy. */
export function lastingCause({ cause }: Error): Error | null {
  return (cause as { lasting?: Error } | undefined)?.lasting ?? null;
}

/** What is wrong where a folder's files cannot be locked; null where they can, or where it cannot be tried. */
export function refusedLocks(folder: string): LedgerProblem | null {
  return refusesLocks(folder) ? unfitFileSystem('it refuses every lock') : null;
}

function refusesLocks(folder: string): boolean {
  let own: string | undefined;
  try {
    // Who may exchange the new folder would have a file of his opened.
    if (isOpenToOthers(statSync(folder), effectiveUser())) return false;
    own = mkdtempSync(join(folder, '.deploytrack-locks-'));
    const database = openFile(join(own, 'locks.db'));
    try {
      database.exec('BEGIN EXCLUSIVE; ROLLBACK');
      return false;
    } finally {
      database.close();
    }
  } catch (error) {
    return /^(SQLITE|LEDGER)_BUSY/.test(String((error as { code?: string }).code));
  } finally {
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
  }
}
