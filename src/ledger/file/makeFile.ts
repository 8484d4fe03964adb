import { closeSync, fchmodSync, fstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { effectiveUser } from '../../context.ts';
import { DeploytrackError, type Warning } from '../../errors.ts';
import { isOpenToOthers } from '../../files/findOwn.ts';
import { type OpenedFile, openOwn } from '../../files/openOwn.ts';
import { findLedger, type LedgerFile, refuseLaid } from './findLedger.ts';

/**
 * The file for a new ledger: a new one, or an empty one of ours, with its permissions. Throws if an empty file belongs
 * to another account, or the error of the file system.
 */
export function makeFile(path: string, warn: ((warning: Warning) => void) | undefined): LedgerFile {
  const own = effectiveUser();
  const at = findLedger(path)?.path ?? path;
  const folder = statSync(dirname(at));
  const isShared = (folder.mode & 0o2000) !== 0;
  const { descriptor, stat } = makeOrTake(at);
  try {
    const isOurs = own === undefined || stat.uid === own || stat.uid === 0;
    if (!isOurs && !(isShared && stat.gid === folder.gid)) throw notToBeMade(path);
    if (own !== undefined) giveRights(descriptor, { path, mode: isShared ? 0o660 : 0o600, warn });
    const isExposed = isOpenToOthers(folder, own);
    if (isExposed) refuseLaid(path, { at, stat, own });
    return { path: at, stat, isExposed };
  } finally {
    closeSync(descriptor);
  }
}

/** If two processes create it at the same time, the second uses the file of the first. */
function makeOrTake(path: string): OpenedFile {
  try {
    return openOwn(path, { access: 'create', owners: undefined }) as OpenedFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return openOwn(path, { access: 'append', owners: undefined }) as OpenedFile;
  }
}

function notToBeMade(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `no ledger was created at ${path}: it is an empty file of another account`,
    hint: 'remove it, or set another file with --ledger',
  });
}

/** Some file systems have no permissions; the ledger works there anyway. */
function giveRights(
  descriptor: number,
  { path, mode, warn }: { path: string; mode: number; warn: ((warning: Warning) => void) | undefined },
): void {
  if ((fstatSync(descriptor).mode & 0o777) === mode) return;
  try {
    fchmodSync(descriptor, mode);
  } catch (error) {
    warn?.({
      code: 'RIGHTS',
      message: `cannot set the permissions of the ledger ${path} (${(error as NodeJS.ErrnoException).code}): other accounts may read it`,
      hint: 'use --ledger with a file on a file system that supports permissions',
    });
  }
}
