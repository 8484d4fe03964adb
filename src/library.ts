/** The package as a library: readers of a ledger. Nothing here writes. */
import { processContext } from './context.ts';
import { DeploytrackError } from './errors.ts';
import { type Ledger, readLedger } from './library/ledger.ts';
import { defaultLedgerPath } from './library/ledgerPlace.ts';

/**
 * Opens an existing ledger for reading. Without a path: the one that the program itself would use in this process's
 * environment and working folder. Throws a `DeploytrackError` if there is none, if it cannot be read, or if its schema
 * is another version's.
 * ```ts
 * const ledger = openLedger();
 * for (const one of ledger.lastDeployments({ limit: 10 })) console.log(one.version, one.totalSeconds);
 * ledger.close();
 * ```
 */
export function openLedger(path?: string): Ledger {
  return readLedger(path ?? defaultLedgerPath(processContext()));
}

export { DeploytrackError };
