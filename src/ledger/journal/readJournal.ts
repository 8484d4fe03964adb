import { closeSync, readSync } from 'node:fs';
import type { Warning } from '../../errors.ts';
import { OddFile } from '../../files/openOwn.ts';
import type { Mark } from '../../marks.ts';
import { parseJson } from '../../text/parseJson.ts';
import { typedPath } from '../../text/shellArgument.ts';
import type { Database } from '../file/addon.ts';
import { journalOwners, largestJournal, openJournal } from './openJournal.ts';
import { type ShellClock, shellMark } from './shellMark.ts';
import {
  asJournal,
  type JournalFile,
  type JournalPlaces,
  journalFile,
  passedOverId,
  positionIn,
} from './unread.ts';

/** A journal whose lines are not imported. */
export interface SkippedJournal {
  readonly warning: Warning;
  /** Stored in the ledger so that it is reported only once; null if it is reported again. */
  readonly passedOver: { readonly id: string; readonly position: number } | null;
}

/** The lines of a journal that are not imported yet. */
export interface UnreadJournal {
  readonly file: JournalFile;
  readonly lines: readonly JournalLine[];
  /** The position after these lines. */
  readonly position: number;
  /** Whether there is more than was read at once. */
  readonly isCut: boolean;
}

export interface JournalLine {
  readonly path: string;
  /** Its start in the file, in bytes. */
  readonly at: number;
  readonly bytes: number;
  /** Null: it is not a mark. */
  readonly mark: Mark | null;
  /** Of a shell that wrote the line itself. */
  readonly clock?: ShellClock;
}

/** The maximum read at once, some thousand marks; the rest waits for the next command, so that none is kept long. */
const atOnceBytes = 1_048_576;

/** No mark is longer. */
const longestLine = 16_777_216;

/**
 * The new lines of a journal; null if there are none, a warning if they cannot be read. A journal of an untrusted
 * account is ignored: reported once, and not a failure.
 */
export function readJournal(
  path: string,
  { database, places }: { database: Database; places: JournalPlaces },
): UnreadJournal | SkippedJournal | null {
  const seen = journalFile(path);
  if (seen === null || isKnown(database, seen)) return null;
  const { uid } = places;
  if (positionIn(database, passedOverId(seen, uid)) === seen.size) return null;
  try {
    const opened = openJournal(path, { access: 'read', places });
    if (opened === null) return null;
    try {
      const file = asJournal(opened.stat, path);
      return isKnown(database, file) ? null : newLines(opened.descriptor, { database, file });
    } finally {
      closeSync(opened.descriptor);
    }
  } catch (error) {
    const oddity = oddityOf(error, { seen, places });
    if (oddity === null) return { warning: notRead(path, error), passedOver: null };
    return {
      warning: passedOver(path, oddity),
      passedOver: { id: passedOverId(seen, uid), position: seen.size },
    };
  }
}

function isKnown(database: Database, file: JournalFile): boolean {
  return file.size === positionIn(database, file.id);
}

/** It may not even be possible to open a file of another account. */
function oddityOf(
  error: unknown,
  { seen, places }: { seen: JournalFile; places: JournalPlaces },
): OddFile | null {
  if (error instanceof OddFile) return error;
  const owners = journalOwners(seen.path, places);
  return owners !== undefined && !owners.includes(seen.uid) ? new OddFile('foreign') : null;
}

function passedOver(path: string, { oddity, message }: OddFile): Warning {
  return {
    code: 'JOURNAL',
    message: `the journal ${path} was ignored: ${message}`,
    hint:
      oddity === 'foreign'
        ? `if you trust its account, run \`deploytrack import ${typedPath(path)}\``
        : `check it, then run \`rm ${typedPath(path)}\``,
  };
}

function notRead(path: string, error: unknown): Warning {
  return {
    code: 'JOURNAL',
    message: `the journal ${path} was not read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
    hint: `run \`deploytrack import ${typedPath(path)}\` as an account that can read it`,
    failed: 'recording',
  };
}

function newLines(
  descriptor: number,
  { database, file }: { database: Database; file: JournalFile },
): UnreadJournal {
  // A file that became shorter was emptied: its content is new.
  const kept = positionIn(database, file.id);
  const from = kept > file.size ? 0 : kept;
  for (const most of [atOnceBytes, longestLine]) {
    const piece = Buffer.alloc(Math.min(file.size - from, most));
    const read = piece.subarray(0, readSync(descriptor, piece, 0, piece.length, from));
    const end = read.lastIndexOf(0x0a) + 1; // the rest is still being written
    if (end === 0 && read.length === longestLine) return pastGarbage(descriptor, { file, from, piece });
    if (end > 0 || read.length < most) {
      const lines = linesOf(read.subarray(0, end), { path: file.path, from });
      return { file, position: from + end, lines, isCut: from + read.length < file.size };
    }
  }
  throw new OddFile('no-lines'); // not reached: the last piece is one of the two
}

/** No mark is that long: marks may follow after it. */
function pastGarbage(
  descriptor: number,
  { file, from, piece }: { file: JournalFile; from: number; piece: Buffer },
): UnreadJournal {
  const { path, size } = file;
  for (let at = from + longestLine; at < Math.min(size, largestJournal); at += longestLine) {
    const read = piece.subarray(0, readSync(descriptor, piece, 0, piece.length, at));
    const found = read.indexOf(0x0a);
    if (found === -1) continue;
    const position = at + found + 1;
    const lines = [{ path, at: from, bytes: position - from, mark: null }];
    return { file, position, lines, isCut: position < size };
  }
  throw new OddFile('no-lines');
}

function linesOf(bytes: Buffer, { path, from }: { path: string; from: number }): JournalLine[] {
  const lines: JournalLine[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at);
    const text = bytes.toString('utf8', at, end);
    if (text.trim() !== '') lines.push({ path, at: from + at, bytes: end - at, ...readLine(text) });
    at = end + 1;
  }
  return lines;
}

/** The mark of a line; null if it is not a mark. */
export function markOf(text: string): Mark | null {
  return readLine(text).mark;
}

function readLine(text: string): Pick<JournalLine, 'mark' | 'clock'> {
  try {
    const mark = parseJson(text) as Partial<Mark> & { shell?: unknown };
    if (mark.shell === 1) return shellMark(mark) ?? { mark: null };
    const isMark =
      typeof mark.markId === 'string' &&
      typeof mark.deploymentId === 'string' &&
      typeof mark.kind === 'string';
    return { mark: isMark && Number.isFinite(mark.at?.wallMs) ? (mark as Mark) : null };
  } catch {
    return { mark: null };
  }
}
