import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

/**
 * Why a folder of this account, in a place that everyone can write to, cannot be trusted; null if it is ours alone,
 * or does not exist yet. With `make` it is created first.
 */
export function wrongFolder(folder: string, { uid, make }: { uid: number; make: boolean }): string | null {
  if (make && isMade(folder)) chmodSync(folder, 0o700); // independent of the umask
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (!found.isDirectory()) return 'it is not a folder';
  if (found.uid !== uid) return 'it belongs to another account';
  return (found.mode & 0o022) === 0 ? null : 'other accounts can write to it';
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, 0o700);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
