import { renameSync, unlinkSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { DeploytrackError, type Warning } from '../../errors.ts';
import type { Mark } from '../../marks.ts';
import { isoTime } from '../../model.ts';
import { redactMark } from '../../redactMark.ts';
import { type Author, checkMark } from '../checks/checkMark.ts';
import { fileAuthor } from '../checks/fileAuthor.ts';
import {
  isKnownMark,
  noteSeen,
  readyMarks,
  saveOpenMark,
  saveWaiting,
  takeWaiting,
} from '../exchange/openMarks.ts';
import type { Database } from '../file/addon.ts';
import { partOfTransaction } from '../file/transaction.ts';
import { applyMark } from '../marks/apply.ts';
import { type LifeTest, whenAsked, withKnownLives } from '../marks/deploymentProcesses.ts';
import { type JournalLine, markOf } from './readJournal.ts';
import { type ReadJournals, readJournals } from './readJournals.ts';
import { onThisClock } from './shellMark.ts';
import { type JournalPlaces, journalFile, journalPath, positionIn, savePosition } from './unread.ts';

const rotateAboveBytes = 1_048_576;
const keepRotatedMs = 3_600_000;

/** One transaction of the import; returns its warnings. */
export type TakingIn = (database: Database) => Warning[];

/**
 * Reads the journals before the ledger is locked for them; returns the transactions that import them, in order, and whether more is left
 * after them.
 */
export function openJournals(
  context: Context,
  from: { database: Database; places: JournalPlaces },
): { steps: TakingIn[]; isCut: boolean } {
  const look = () => withKnownLives(context, { database: from.database });
  const life = whenAsked(look);
  const ready = inPieces(readyMarks(from.database)).map(
    (ids): TakingIn =>
      (database) =>
        ids.flatMap((id) => takeInReady(context, { database, id, life })),
  );
  const read = readJournals(from);
  const known = read.lines.some(({ mark }) => mark?.kind === 'start') ? look() : life;
  return { steps: [...ready, ...takingIn(context, { ...read, life: known })], isCut: read.isCut };
}

/** The number of marks applied before other tasks get a turn. */
const marksPerTransaction = 100;

function inPieces<One>(all: readonly One[]): One[][] {
  const pieces: One[][] = [];
  for (let from = 0; from < all.length; from += marksPerTransaction)
    pieces.push(all.slice(from, from + marksPerTransaction));
  return pieces;
}

/**
 * Applies the lines in order, in one or several transactions: each mark exactly once by its ID, even if other processes
 * import the same lines at the same time. The last transaction stores the positions. Lines that are not marks are
 * reported there.
 */
function takingIn(
  context: Context,
  { lines, read, warnings, life }: Omit<ReadJournals, 'isCut'> & { life: LifeTest },
): TakingIn[] {
  const marks = lines.filter(({ mark }) => mark !== null);
  const authors = new Map<string, Author>();
  const steps = inPieces(marks).map((some): TakingIn => {
    return (database) => some.flatMap((line) => takeInLine(context, { database, line, life, authors }));
  });
  const last = steps.pop();
  steps.push((database) => {
    const told = [...warnings, ...(last?.(database) ?? [])];
    const isOurs = keepPositions(database, read);
    return isOurs ? [...told, ...noMarks(lines)] : told;
  });
  return steps;
}

/** False if another process has imported some of the same lines meanwhile: it reports what was wrong with them. */
function keepPositions(database: Database, read: ReadJournals['read']): boolean {
  let isOurs = true;
  for (const { fileId, known, position } of read) {
    const now = positionIn(database, fileId);
    if (now !== known) isOurs = false;
    if (now === known || now < position) savePosition(database, { id: fileId, position });
  }
  return isOurs;
}

function takeInLine(
  context: Context,
  {
    database,
    line,
    life,
    authors,
  }: { database: Database; line: JournalLine; life: LifeTest; authors: Map<string, Author> },
): Warning[] {
  const { path, clock } = line;
  if (line.mark === null) return [];
  const author = authors.get(path) ?? fileAuthor(context, path);
  authors.set(path, author);
  const mark = clock === undefined ? line.mark : onThisClock(line.mark, { clock, now: context.instant() });
  const task = { database, mark, life, author, ...wordsOf(`the journal ${path}`) };
  return importMark(context, task) ?? [];
}

/** A mark whose row can be used again. */
function takeInReady(
  context: Context,
  { database, id, life }: { database: Database; id: number; life: LifeTest },
): Warning[] {
  const text = takeWaiting(database, id);
  if (text === null) return [];
  const mark = markOf(text);
  const words = wordsOf('the ledger');
  if (mark === null) return [words.refused('it is not a mark')]; // others can write it
  const author = fileAuthor(context, database.name);
  return importMark(context, { database, mark, life, author, ...words }) ?? [];
}

function wordsOf(place: string): Pick<Taking, 'refused' | 'partly' | 'waits'> {
  return {
    refused: (why) => leftOut({ place, what: 'a mark', why }),
    partly: (why) => leftOut({ place, what: 'a part of a mark', why }),
    waits: ({ message, hint }) => ({
      code: 'JOURNAL',
      message: `a mark of ${place} is not imported yet: ${message}`,
      hint: `${hint}; the next command imports the mark`,
      failed: 'recording',
    }),
  };
}

/** One warning per journal, never with its content, which may be that of another file planted there. */
function noMarks(lines: readonly JournalLine[]): Warning[] {
  const found = new Map<string, { first: JournalLine; count: number }>();
  for (const line of lines) {
    if (line.mark !== null) continue;
    const known = found.get(line.path);
    if (known === undefined) found.set(line.path, { first: line, count: 1 });
    else known.count += 1;
  }
  return [...found].map(([path, { first, count }]) => {
    const where = `(${first.bytes} bytes, from byte ${first.at} on)`;
    const what = count === 1 ? `a line ${where}` : `${count} lines, the first of them ${where}`;
    const why = count === 1 ? 'it is not a mark' : 'they are not marks';
    return leftOut({ place: `the journal ${path}`, what, why, were: count > 1 });
  });
}

/** A mark that arrives as text, and how to report what is wrong with it. */
export interface Taking {
  readonly database: Database;
  readonly mark: Mark;
  readonly author: Author;
  /** It cannot be applied. */
  readonly refused: (why: string) => Warning;
  /** It was applied without its invalid parts. */
  readonly partly: (what: string) => Warning;
  /** Its row cannot be used: it is stored, and applied when the row can be used. */
  readonly waits: (why: DeploytrackError) => Warning;
  readonly life?: LifeTest;
}

/** Applies a mark that arrives as text, exactly once, within the limits of the command line; null if it is known. */
export function importMark(context: Context, task: Taking): Warning[] | null {
  const { database, author, refused, partly } = task;
  if (isKnownMark(database, task.mark.markId)) return null;
  const checked = checkMark(task.mark, author);
  if ('wrong' in checked) return [refused(checked.wrong)];
  const mark = redactMark(checked.mark);
  return [...checked.leftOut.map(partly), ...applyAlone(context, { ...task, mark })];
}

function leftOut({
  place,
  what,
  why,
  were = false,
}: {
  place: string;
  what: string;
  why: string;
  were?: boolean;
}): Warning {
  const message = `${what} of ${place} ${were ? 'were' : 'was'} ignored: ${why}`;
  return { code: 'JOURNAL', message, failed: 'recording' };
}

/** One mark that cannot be applied must not keep out all others. */
function applyAlone(context: Context, { refused, waits, ...task }: Taking): Warning[] {
  const { database, mark } = task;
  const note = () => noteSeen(database, { markIds: [mark.markId], at: isoTime(context.instant().wallMs) });
  try {
    const warnings = partOfTransaction(database, () => {
      const told = applyMark(context, task);
      saveOpenMark(database, mark);
      return told;
    });
    note();
    return warnings;
  } catch (error) {
    // A problem of the ledger, not of the mark: it waits, with all that follow, until the problem is fixed.
    if (!database.inTransaction || /^SQLITE_(?!CONSTRAINT)/.test(String((error as { code?: string }).code)))
      throw error;
    if (error instanceof DeploytrackError && error.code === 'LEDGER_ROW') {
      saveWaiting(database, mark); // known by its ID
      return [waits(error)];
    }
    note();
    return [refused(error instanceof Error ? error.message : String(error))];
  }
}

/**
 * Keeps journals small: a large one that was imported is renamed, and the one before it is deleted after an hour. True if
 * the journal is gone, so that shells that append to it need another.
 */
export function rotateJournal(
  context: Context,
  { database, ledgerPath }: { database: Database; ledgerPath: string },
): boolean {
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
    else if (old === null && current !== null && current.size > rotateAboveBytes) {
      renameSync(beside, `${beside}.old`);
      return true;
    }
  } catch {
    // Another process is rotating right now, or the folder is read-only: a later command does it.
  }
  return false;
}
