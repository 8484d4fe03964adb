import { fchownSync, fstatSync, lstatSync } from 'node:fs';

/**
 * Files that root creates next to the file of another account are given to that account, as SQLite does: otherwise the
 * account could not continue. Does nothing for other accounts, or if it fails.
 */
export function giveLike(path: string, descriptor: number): void {
  try {
    const made = fstatSync(descriptor);
    // Only new files: one with content may be one of root's that was put there.
    if (made.uid !== 0 || made.size > 0) return;
    const like = lstatSync(path);
    if (like.isFile() && like.uid !== 0) fchownSync(descriptor, like.uid, like.gid);
  } catch {
    // It stays root's.
  }
}
