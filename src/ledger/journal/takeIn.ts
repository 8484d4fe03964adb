import { renameSync, unlinkSync } from 'node:fs';
import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import type { Mark } from '../../marks.ts';
import { isoTime } from '../../model.ts';
import { isKnownMark, keepMark, noteSeen } from '../carry/keptMarks.ts';
import { type Author, checkMark } from '../checks/checkMark.ts';
import { fileAuthor } from '../checks/fileAuthor.ts';
import type { Database } from '../file/addon.ts';
import { applyMark } from '../marks/apply.ts';
import { type JournalPlaces, journalPath, journalPaths } from './journalPlaces.ts';
import { type JournalLine, readJournal, type UnreadJournal } from './readJournal.ts';
import { journalFile, positionIn } from './unread.ts';

const rotateAboveBytes = 1_048_576;
const keepRotatedMs = 3_600_000;

/**
 * Applies every journal line that was not applied yet, in order, inside the caller's transaction: position and
 * marks commit together, so each is applied exactly once. A line that is no mark is skipped with a warning.
 */
export function takeInJournals(
  context: Context,
  { database, places }: { database: Database; places: JournalPlaces },
): Warning[] {
  const found = journalPaths(places).map((path) => readJournal(context, { database, path }));
  const unread = found.filter((one): one is UnreadJournal => one !== null && 'lines' in one);
  const warnings = found.filter((one): one is Warning => one !== null && 'code' in one);
  for (const line of inOrder(unread.map(({ lines }) => lines)))
    warnings.push(...takeInLine(context, { database, line }));
  const keep = database.prepare(
    'INSERT INTO journals VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position',
  );
  for (const { file, position } of unread) keep.run(file.id, position);
  return warnings;
}

/** The lines of each journal in its order, those of several by the time of their marks: a start comes before its phases. */
function* inOrder(journals: readonly (readonly JournalLine[])[]): Generator<JournalLine> {
  const rest = journals.map((lines) => [...lines]);
  for (;;) {
    const heads = rest.filter((lines) => lines.length > 0);
    if (heads.length === 0) return;
    const timeOf = (lines: readonly JournalLine[]) => lines[0]?.mark?.at.wallMs ?? Number.NEGATIVE_INFINITY;
    const next = heads.reduce((first, lines) => (timeOf(lines) < timeOf(first) ? lines : first));
    yield next.shift() as JournalLine;
  }
}

function takeInLine(
  context: Context,
  { database, line }: { database: Database; line: JournalLine },
): Warning[] {
  const { mark, path, text } = line;
  if (mark === null) return [leftOut({ path, what: 'a line', why: `it is no mark: ${text.slice(0, 60)}` })];
  const task: Taking = {
    database,
    mark,
    author: fileAuthor(context, path),
    refused: (why) => leftOut({ path, what: 'a mark', why }),
    partly: (what) => leftOut({ path, what: 'a part of a mark', why: what }),
  };
  return takeInMark(context, task) ?? [];
}

/** A mark that comes as text, and how to say what is wrong with it. */
export interface Taking {
  readonly database: Database;
  readonly mark: Mark;
  readonly author: Author;
  /** It cannot be applied. */
  readonly refused: (why: string) => Warning;
  /** It was applied without what did not fit. */
  readonly partly: (what: string) => Warning;
}

/** Applies a mark that comes as text, exactly once, within the limits of the command line; null where it is known. */
export function takeInMark(context: Context, task: Taking): Warning[] | null {
  const { database, author, refused, partly } = task;
  if (isKnownMark(database, task.mark.markId)) return null;
  const checked = checkMark(task.mark, author);
  if ('wrong' in checked) return [refused(checked.wrong)];
  const { mark, leftOut: parts } = checked;
  noteSeen(database, { markIds: [mark.markId], at: isoTime(context.instant().wallMs) });
  return [...parts.map(partly), ...applyAlone(context, { database, mark, refused })];
}

function leftOut({ path, what, why }: { path: string; what: string; why: string }): Warning {
  return {
    code: 'JOURNAL',
    message: `${what} of the journal ${path} was left out: ${why}`,
    failed: 'recording',
  };
}

/** One mark that cannot be applied must not keep all others out. */
function applyAlone(
  context: Context,
  { database, mark, refused }: { database: Database; mark: Mark; refused: (why: string) => Warning },
): Warning[] {
  database.exec('SAVEPOINT journal_mark');
  try {
    const warnings = applyMark(context, { database, mark });
    keepMark(database, mark);
    database.exec('RELEASE journal_mark');
    return warnings;
  } catch (error) {
    if (
      !database.inTransaction ||
      /^SQLITE_(FULL|IOERR|CORRUPT|BUSY)/.test(String((error as { code?: string }).code))
    )
      throw error;
    database.exec('ROLLBACK TO journal_mark; RELEASE journal_mark');
    return [refused(error instanceof Error ? error.message : String(error))];
  }
}

/** Keeps journals small: a large one that was taken in moves aside, the one before it goes after an hour. */
export function rotateJournal(
  context: Context,
  { database, ledgerPath }: { database: Database; ledgerPath: string },
): void {
  const beside = journalPath(ledgerPath);
  const old = journalFile(`${beside}.old`);
  const current = journalFile(beside);
  try {
    if (
      old !== null &&
      context.instant().wallMs - old.changedMs > keepRotatedMs &&
      old.size <= positionIn(database, old.id)
    )
      unlinkSync(`${beside}.old`);
    else if (old === null && current !== null && current.size > rotateAboveBytes)
      renameSync(beside, `${beside}.old`);
  } catch {
    // Another process rotates just now, or the folder is read-only: the next one will.
  }
}
