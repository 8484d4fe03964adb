import { closeSync, constants, fsyncSync, openSync } from 'node:fs';

/** Syncs a folder, so that new entries survive a power cut, if the file system can; never throws. */
export function syncFolder(path: string): void {
  try {
    const folder = openSync(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Windows, and file systems without support.
  }
}
