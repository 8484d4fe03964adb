import { readFileSync } from 'node:fs';
import { fileStat } from '../../files/fileStat.ts';

/** A process that holds the ledger's write lock. */
export interface LockHolder {
  readonly pid: number;
  /** The name of its program alone: its arguments may hold secrets. */
  readonly program: string;
}

/**
 * Who keeps others from writing, by the kernel's own list of locks (proc(5), /proc/locks); null where it does not say,
 * as of a process outside our container (pid 0) or a file system that locks under another device.
 * In WAL mode the write lock is byte 120 of the `-shm` file (https://sqlite.org/walformat.html, section 2.3.2).
 */
export function lockHolder(ledgerPath: string): LockHolder | null {
  const file = fileStat(`${ledgerPath}-shm`);
  if (file === null) return null;
  const place = `${deviceText(file.dev)}:${file.ino} 120 `;
  const held = new RegExp(`^\\d+: POSIX +\\S+ +WRITE +(\\d+) +${place}`, 'm').exec(read('/proc/locks'));
  const pid = Number(held?.[1] ?? 0);
  if (pid <= 0) return null;
  return { pid, program: read(`/proc/${pid}/comm`).trim() || 'a process that has ended meanwhile' };
}

/** Major and minor number as the list shows them, in hexadecimal; how they lie in one number: makedev(3), Linux. */
function deviceText(device: number): string {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  return [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
