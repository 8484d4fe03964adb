import { DeploytrackError } from '../../errors.ts';
import { standing } from './open.ts';

/** Which file stands at a path now: another one at the same place is another; null where there is none. Throws as `standing`. */
export function fileIdentity(path: string): string | null {
  const found = standing(path);
  return found === null ? null : `${found.dev}:${found.ino}`;
}

export function ledgerIsGone(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `the ledger ${path} has disappeared`,
    hint: 'restore it, or restart the server to create a new one',
  });
}

/** Said by what does not make one. */
export function noLedgerYet(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'NO_LEDGER',
    message: `there is no ledger at ${path} yet`,
    hint: 'run `deploytrack init` or `deploytrack start` to create it, or set another with --ledger',
  });
}
