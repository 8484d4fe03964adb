import { readFileSync } from 'node:fs';
import { fileStat } from '../../fileStat.ts';

/** A process that holds the ledger's write lock. */
export interface LockHolder {
  readonly pid: number;
  /** Its command line, without what a script on it may keep secret: the program alone. */
  readonly program: string;
}

/**
 * Who keeps others from writing, by the kernel's own list of locks (proc(5), /proc/locks); null where it does not say.
 * In WAL mode the write lock is byte 120 of the `-shm` file (https://sqlite.org/walformat.html, section 2.3.2).
 */
export function lockHolder(ledgerPath: string): LockHolder | null {
  const inode = fileStat(`${ledgerPath}-shm`)?.ino;
  if (inode === undefined) return null;
  const held = new RegExp(`POSIX +\\S+ +WRITE +(\\d+) +\\S+:${inode} +120 `, 'm').exec(read('/proc/locks'));
  if (held === null) return null;
  const pid = Number(held[1]);
  return { pid, program: read(`/proc/${pid}/comm`).trim() || 'a process that has ended meanwhile' };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
