import { lstatSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import type { Author } from './checkMark.ts';

/**
 * Who may have written a journal or a ledger: only this account, if the file belongs to it, is closed to others, and is
 * in a folder where no other account can replace it; otherwise anybody. A ledger shared by a group has such a folder.
 */
export function fileAuthor({ uid }: Context, path: string): Author {
  if (uid === undefined) return 'ours'; // Windows: the access list of the folder decides
  try {
    const file = lstatSync(path);
    const isOurs = file.isFile() && file.uid === uid && (file.mode & 0o077) === 0;
    return isOurs && isClosed(statSync(dirname(path)), uid) ? 'ours' : 'anybody';
  } catch {
    return 'anybody';
  }
}

function isClosed(folder: Stats, uid: number): boolean {
  const isTrusted = folder.uid === uid || folder.uid === 0;
  const isSticky = (folder.mode & 0o1000) !== 0;
  return isTrusted && (isSticky || (folder.mode & 0o022) === 0);
}
