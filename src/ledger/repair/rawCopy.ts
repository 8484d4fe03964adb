import { closeSync, constants, fstatSync, lstatSync, openSync, writeSync } from 'node:fs';
import { suffixes } from '../file/findLedger.ts';
import { type RawFile, rawFile, readAt } from './pages.ts';

/** A ledger's own files, opened for reading only. */
export interface RawLedger {
  readonly file: RawFile;
  readonly logFile: RawFile | null;
  /** Of another program, which switched the log off: while it stands, the file may be half written. */
  readonly journalFile: RawFile | null;
}

const [logSuffix, , journalSuffix] = suffixes;

/**
 * Opened before a lock is taken and closed after it: closing any descriptor of a file releases all locks that this
 * process has of it.
 */
export function openRaw(path: string): RawLedger {
  const opened: RawFile[] = [];
  const open = (at: string): RawFile => {
    const file = rawFile(openSync(at, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)));
    opened.push(file);
    return file;
  };
  const beside = (suffix: string) =>
    lstatSync(path + suffix, { throwIfNoEntry: false })?.isFile() === true ? open(path + suffix) : null;
  try {
    return { file: open(path), logFile: beside(logSuffix), journalFile: beside(journalSuffix) };
  } catch (error) {
    for (const { descriptor } of opened) closeSync(descriptor);
    throw error;
  }
}

export function closeRaw(raw: RawLedger): void {
  for (const file of [raw.file, raw.logFile, raw.journalFile]) if (file !== null) closeSync(file.descriptor);
}

/** Whether nothing was written or replaced since it was opened. */
export function isUnchanged(path: string, { file, logFile, journalFile }: RawLedger): boolean {
  return isSame(path, file) && isSame(path + logSuffix, logFile) && isSame(path + journalSuffix, journalFile);
}

function isSame(path: string, file: RawFile | null): boolean {
  const now = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  if (file === null) return now === undefined || now.size === 0n;
  const then = fstatSync(file.descriptor, { bigint: true });
  const isFile = now?.ino === then.ino && now.dev === then.dev;
  return isFile && now.size === BigInt(file.bytes) && now.mtimeNs === file.writtenNs;
}

/** Writes the file, its log and its journal to `copy` and next to it; they are looked at and removed. */
export function copyRaw({ file, logFile, journalFile }: RawLedger, copy: string): void {
  copyFile(file, copy);
  if (logFile !== null) copyFile(logFile, copy + logSuffix);
  if (journalFile !== null) copyFile(journalFile, copy + journalSuffix);
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
