import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import type { Mark } from '../../marks.ts';
import type { Database } from '../file/addon.ts';
import { type JournalFile, journalFile, positionIn } from './unread.ts';

/** What a journal holds beyond what was taken in. */
export interface UnreadJournal {
  readonly file: JournalFile;
  readonly lines: readonly JournalLine[];
  /** Up to where it is read with these lines. */
  readonly position: number;
}

export interface JournalLine {
  readonly path: string;
  readonly text: string;
  /** Null: it is no mark. */
  readonly mark: Mark | null;
}

/** The new lines of a journal; null where there are none, a warning where they cannot be read or trusted. */
export function readJournal(
  context: Context,
  { database, path }: { database: Database; path: string },
): UnreadJournal | Warning | null {
  const file = journalFile(path);
  if (file === null) return null;
  // A file that became shorter was emptied: what is in it now is new.
  const kept = positionIn(database, file.id);
  const from = kept > file.size ? 0 : kept;
  if (file.size === from) return null;
  try {
    if (isForeign(context, { path, ledgerPath: database.name }))
      throw new Error('it belongs to another account');
    return { file, ...wholeLines(path, { from, size: file.size }) };
  } catch (error) {
    const said = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const hint = 'its owner or root takes it in with any deploytrack command';
    return {
      code: 'JOURNAL',
      message: `the journal ${path} was not read: ${said}`,
      hint,
      failed: 'recording',
    };
  }
}

/** Beside the ledger whoever may write it may add marks; in a folder for everybody only its accounts may. */
function isForeign({ uid }: Context, { path, ledgerPath }: { path: string; ledgerPath: string }): boolean {
  if (uid === undefined || dirname(path) === dirname(ledgerPath)) return false;
  return ![uid, 0, statSync(ledgerPath).uid].includes(statSync(path).uid);
}

function wholeLines(
  path: string,
  { from, size }: { from: number; size: number },
): Pick<UnreadJournal, 'lines' | 'position'> {
  const bytes = Buffer.alloc(size - from);
  const file = openSync(path, 'r');
  let end: number;
  try {
    const read = readSync(file, bytes, 0, bytes.length, from);
    end = bytes.subarray(0, read).lastIndexOf(0x0a) + 1; // what stands behind is still being written
  } finally {
    closeSync(file);
  }
  const texts = bytes
    .toString('utf8', 0, end)
    .split('\n')
    .filter((text) => text.trim() !== '');
  return { position: from + end, lines: texts.map((text) => ({ path, text, mark: markOf(text) })) };
}

/** The mark that a line is; null where it is none. */
export function markOf(text: string): Mark | null {
  try {
    const mark = JSON.parse(text) as Partial<Mark>;
    const isMark =
      typeof mark.markId === 'string' &&
      typeof mark.deploymentId === 'string' &&
      typeof mark.kind === 'string';
    return isMark && Number.isFinite(mark.at?.wallMs) ? (mark as Mark) : null;
  } catch {
    return null;
  }
}
