import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { DeploytrackError } from '../errors.ts';
import { wrongFolder } from '../files/ownFolder.ts';

/** What an account without a home does for a ledger that stays. */
export const howToStay =
  'set a file with --ledger or DEPLOYTRACK_LEDGER; for a systemd service, set StateDirectory=';

/**
 * Throws where the ledger's folder below the temporary one is not this account's alone; with `make` it is made first. What
 * the file system refuses is thrown as it is.
 */
export function judgeTemporary({ uid = 0 }: Context, { path, make }: { path: string; make: boolean }): void {
  const wrong = wrongFolder(dirname(path), { uid, make });
  if (wrong === null) return;
  throw new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `the folder ${dirname(path)} is not used for the ledger: ${wrong}`,
    hint: howToStay,
  });
}
