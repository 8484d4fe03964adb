import { DeploytrackError } from '../../errors.ts';
import { fileStat } from '../../fileStat.ts';

/** Which file stands at a path now: another one at the same place is another; null where there is none. */
export function fileIdentity(path: string): string | null {
  const found = fileStat(path);
  return found === null ? null : `${found.dev}:${found.ino}`;
}

export function ledgerIsGone(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `the ledger ${path} has disappeared`,
    hint: 'put it back, or start the server again to begin a new one',
  });
}
