import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { effectiveUser } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { isOpenToOthers } from '../../files/findOwn.ts';
import { type LedgerProblem, unfitFileSystem } from './ledgerProblem.ts';
import { openFile } from './open.ts';

/**
 * The problem of a ledger that stayed busy. On a file system without locks SQLite always reports a lock of another
 * process: a different message if a new file, which no other process knows, cannot be locked either.
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

/** The problem of a ledger that seemed busy for a moment, and stayed so; null if it is only busy. */
export function lastingCause({ cause }: Error): Error | null {
  return (cause as { lasting?: Error } | undefined)?.lasting ?? null;
}

/** Why files in a folder cannot be locked; null if they can, or if it cannot be tried. */
export function refusedLocks(folder: string): LedgerProblem | null {
  return refusesLocks(folder) ? unfitFileSystem('it refuses every lock') : null;
}

function refusesLocks(folder: string): boolean {
  let own: string | undefined;
  try {
    // An account that can exchange the new folder could have its own file opened.
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
