import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { openOwn } from '../files/openOwn.ts';
import type { Attempt } from './attempt.ts';
import { signedSeconds } from './order.ts';

/** The file of a background prober, one attempt per line. */
export interface RecordedAttempts {
  /** In the order of sending. */
  readonly attempts: Attempt[];
  /** Whether it recorded that nothing will follow. */
  readonly ended: boolean;
}

/** Ten minutes of attempts, as fast as they can be sent. */
const mostBytes = 67_108_864;

/** Adds attempts that were made before the background prober could. False if the file is gone. */
export function appendAttempts(file: string, attempts: readonly Attempt[]): boolean {
  return attempts.every((attempt) => appendLine(file, attempt));
}

/** Records that nothing will follow. */
export function appendEnd(file: string): void {
  appendLine(file, { ended: true });
}

/** All complete lines of the file; empty if it does not exist. A torn line is left out. */
export function readAttempts(file: string): RecordedAttempts {
  const records = readText(file).split('\n').map(parseLine);
  const attempts = records.filter((record): record is Attempt => record !== null && 'startedAt' in record);
  attempts.sort((a, b) => signedSeconds(b.startedAt, a.startedAt));
  return { attempts, ended: records.some((record) => record !== null && 'ended' in record) };
}

/** One write to an existing file: never creates it again. False if it is gone; a full disk loses the line. */
function appendLine(file: string, record: object): boolean {
  try {
    const descriptor = openSync(file, constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0));
    try {
      writeSync(descriptor, `${JSON.stringify(record)}\n`);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

function readText(file: string): string {
  try {
    const opened = openOwn(file, { access: 'read', owners: undefined });
    if (opened === null) return '';
    try {
      return readAtMost(opened.descriptor, mostBytes);
    } finally {
      closeSync(opened.descriptor);
    }
  } catch {
    return '';
  }
}

function readAtMost(descriptor: number, most: number): string {
  const bytes = Buffer.alloc(Math.min(fstatSync(descriptor).size, most));
  return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
}

function parseLine(line: string): object | null {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' ? record : null;
  } catch {
    return null;
  }
}
