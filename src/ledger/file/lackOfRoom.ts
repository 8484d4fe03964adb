import { readFileSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Why a file cannot grow, as it follows the ledger's name, and what to do. */
export interface NoRoom {
  readonly problem: string;
  readonly hint: string;
}

/** The index of the log, SQLite's largest step. */
const stepBytes = 65_536;

export const fullDisk: NoRoom = {
  problem: 'cannot grow: the disk is full',
  hint: 'free space, then run any deploytrack command',
};

/** For failures that SQLite reports as those of a file system: null if there is room. */
export function lackOfRoom(path: string): NoRoom | null {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(dirname(path));
    if (bavail * bsize < stepBytes) return fullDisk;
    if (files > 0 && ffree === 0)
      return {
        problem: 'cannot be opened: its disk has no free inode for the files next to it',
        hint: 'remove files from that disk, then run any deploytrack command',
      };
  } catch {
    return null; // its folder cannot be reached, which is another problem
  }
  return belowLimit(path);
}

/** Only Linux shows the limits of a process. */
function belowLimit(path: string): NoRoom | null {
  const limitBytes = fileSizeLimit();
  if (limitBytes === null || limitBytes >= Math.max(sizeOf(path), sizeOf(`${path}-wal`)) + stepBytes)
    return null;
  return {
    problem: `cannot grow: this process may write files of at most ${limitBytes} bytes`,
    hint: 'raise the limit with `ulimit -f`, then run any deploytrack command',
  };
}

function fileSizeLimit(): number | null {
  try {
    const limit = /^Max file size +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
