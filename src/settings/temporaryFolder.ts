import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { DeploytrackError } from '../errors.ts';
import { wrongFolder } from '../files/ownFolder.ts';

/** How an account without a home gets a permanent ledger. */
export const howToStay =
  'set a file with --ledger or DEPLOYTRACK_LEDGER; for a systemd service, set StateDirectory=';

/**
 * Throws if the ledger's folder in the temporary one does not belong to this account alone; with `make` it is created
 * first. Errors of the file system are thrown as they are.
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
