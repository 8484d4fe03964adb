import { closeSync, constants, fstatSync, lstatSync, openSync, writeSync } from 'node:fs';
import { type RawFile, rawFile, readAt } from './pages.ts';

/** A ledger's own files, opened for reading only. */
export interface RawLedger {
  readonly file: RawFile;
  readonly logFile: RawFile | null;
}

/**
 * Opened before a lock is taken and closed after it: closing any descriptor of a file releases all locks that this
 * process has of it.
 */
export function openRaw(path: string): RawLedger {
  const file = rawFile(open(path));
  try {
    const log = lstatSync(`${path}-wal`, { throwIfNoEntry: false });
    return { file, logFile: log?.isFile() === true ? rawFile(open(`${path}-wal`)) : null };
  } catch (error) {
    closeSync(file.descriptor);
    throw error;
  }
}

export function closeRaw({ file, logFile }: RawLedger): void {
  closeSync(file.descriptor);
  if (logFile !== null) closeSync(logFile.descriptor);
}

/** Whether nothing was written or replaced since it was opened. */
export function isUnchanged(path: string, { file, logFile }: RawLedger): boolean {
  return isSame(path, file) && (logFile === null ? isEmpty(`${path}-wal`) : isSame(`${path}-wal`, logFile));
}

function isSame(path: string, { descriptor, bytes }: RawFile): boolean {
  const now = lstatSync(path, { throwIfNoEntry: false });
  const then = fstatSync(descriptor);
  return now?.ino === then.ino && now.dev === then.dev && now.size === bytes;
}

function isEmpty(path: string): boolean {
  return (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

/** Writes the file and its log to `copy` and its log; they are looked at and removed. */
export function copyRaw({ file, logFile }: RawLedger, copy: string): void {
  copyFile(file, copy);
  if (logFile !== null) copyFile(logFile, `${copy}-wal`);
}

const step = 1_048_576;

function copyFile(from: RawFile, to: string): void {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const descriptor = openSync(to, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    for (let at = 0; at < from.bytes; at += step) {
      const bytes = readAt(from, at, Math.min(step, from.bytes - at));
      if (bytes === null) break;
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    }
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string): number {
  return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
}
