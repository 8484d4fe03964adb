import { readFileSync } from 'node:fs';
import { fileStat } from '../../files/fileStat.ts';

/** A process that holds the ledger's write lock. */
export interface LockHolder {
  readonly pid: number;
  /** Only the name of its program: its arguments may contain secrets. */
  readonly program: string;
}

/**
 * The process that blocks writers, from the kernel's list of locks (proc(5), /proc/locks); null if the list does not
 * say, for example for a process outside our container (PID 0) or a file system that locks under another device. In WAL
 * mode the write lock is byte 120 of the `-shm` file (https://sqlite.org/walformat.html, section 2.3.2).
 */
export function lockHolder(ledgerPath: string): LockHolder | null {
  const file = fileStat(`${ledgerPath}-shm`);
  if (file === null) return null;
  const place = `${deviceText(file.dev)}:${file.ino} 120 `;
  const held = new RegExp(`^\\d+: POSIX +\\S+ +WRITE +(\\d+) +${place}`, 'm').exec(read('/proc/locks'));
  const pid = Number(held?.[1] ?? 0);
  if (pid <= 0) return null;
  return { pid, program: programOf(pid) };
}

export function programOf(pid: number): string {
  return read(`/proc/${pid}/comm`).trim() || 'a process that has exited';
}

/**
 * Major and minor number as the list shows them, in hexadecimal; for their layout in one number see makedev(3), Linux.
 */
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
