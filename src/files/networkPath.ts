import { realpathSync } from 'node:fs';
import { win32 } from 'node:path';

/**
 * The share that contains a path on Windows, `\\server\share`; null if it is on this machine. A mapped drive leads to
 * its share; one that does not respond counts as local.
 */
export function windowsShare(path: string, driveTarget = targetOf): string | null {
  const named = shareOf(path);
  if (named !== null) return named;
  const { root } = win32.parse(path);
  return /^[a-z]:\\$/i.test(root) ? shareOf(driveTarget(root)) : null;
}

function shareOf(path: string): string | null {
  const plain = path.replaceAll('/', '\\').replace(/^\\\\\?\\UNC\\/i, '\\\\');
  const [, share = null] = /^(\\\\[^\\?.][^\\]*\\[^\\]+)/.exec(plain) ?? [];
  return share;
}

/** What a drive stands for, in the words of Windows itself. */
function targetOf(root: string): string {
  try {
    return realpathSync.native(root);
  } catch {
    return root;
  }
}
