import { lstatSync } from 'node:fs';
import { DeploytrackError } from '../../errors.ts';

/** The folder of a repair whose result is about to replace the ledger. */
export function readyFolder(path: string): string {
  return `${path}.repairing`;
}

/** Throws LEDGER_BUSY while a repaired ledger replaces the damaged one, or if that was interrupted. */
export function refuseRepairing(path: string): void {
  if (lstatSync(readyFolder(path), { throwIfNoEntry: false }) === undefined) return;
  throw new DeploytrackError({
    code: 'LEDGER_BUSY',
    message: `the ledger ${path} is not used: its repair has not been finished`,
    hint: 'run `deploytrack doctor --repair` to finish it',
  });
}
