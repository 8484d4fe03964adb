import { closeSync, constants, fsyncSync, openSync } from 'node:fs';

/** Makes what was put into a folder survive a power cut, where the file system can; never throws. */
export function syncFolder(path: string): void {
  try {
    const folder = openSync(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Windows, and file systems that know no such thing.
  }
}
