import { fchownSync, fstatSync, lstatSync } from 'node:fs';

/**
 * What root makes beside the file of another account becomes that account's, as SQLite does with what it keeps there: else
 * the account could not go on with it. Nothing happens for others, and where it cannot be.
 */
export function giveLike(path: string, descriptor: number): void {
  try {
    const made = fstatSync(descriptor);
    // Only what is new: a file with something in it may be one of root's that was put there.
    if (made.uid !== 0 || made.size > 0) return;
    const like = lstatSync(path);
    if (like.isFile() && like.uid !== 0) fchownSync(descriptor, like.uid, like.gid);
  } catch {
    // It stays root's.
  }
}
