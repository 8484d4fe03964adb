import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { effectiveUser } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { loadDriver } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';

/** Ends when it is closed, or with the process. */
export interface Held {
  close(): unknown;
}

/**
 * Holds the folder of a repair, also while it is renamed: a lock of a file in it, that no crash leaves behind. Null if
 * another process holds it. Windows renames no folder with an open file in it, so nothing is held there.
 */
export function hold(folder: string): Held | null {
  if (effectiveUser() === undefined) return { close: () => {} };
  const database = loadDriver().open(join(folder, 'lock.db'), { timeoutMs: 0 });
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    transaction(database, { mode: 'alone' }, () => {});
    return database;
  } catch (error) {
    database.close();
    if (/^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: string }).code))) return null;
    throw error;
  }
}

/** Throws LEDGER_BUSY if another process repairs the ledger in this folder, or has just done so. */
export function holdOrRefuse(path: string, folder: string): Held {
  let held: Held | null = null;
  try {
    held = hold(folder);
  } catch (error) {
    if (existsSync(folder)) throw error;
  }
  if (held !== null && existsSync(folder)) return held;
  held?.close();
  throw beingRepaired(path);
}

export function beingRepaired(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_BUSY',
    message: `the ledger ${path} is being repaired by another process`,
    hint: 'wait for it, then run `deploytrack doctor`',
  });
}
