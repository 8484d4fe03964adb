import { DeploytrackError } from '../../errors.ts';
import { standing } from './open.ts';

/**
 * The identity of the file at a path: a new file at the same path is a different one; null if there is none. Throws as
 * `standing`.
 */
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

/** Used by commands that do not create one. */
export function noLedgerYet(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'NO_LEDGER',
    message: `there is no ledger at ${path} yet`,
    hint: 'run `deploytrack init` or `deploytrack start` to create it, or set another with --ledger',
  });
}
