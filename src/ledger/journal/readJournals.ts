import type { Warning } from '../../errors.ts';
import type { Database } from '../file/addon.ts';
import { type JournalLine, readJournal } from './readJournal.ts';
import { type JournalPlaces, journalFile, journalPaths, positionIn } from './unread.ts';

/** The lines of all journals that are not imported yet. */
export interface ReadJournals {
  readonly lines: readonly JournalLine[];
  /** The position in each file after these lines, and the position known before. */
  readonly read: readonly { readonly fileId: string; readonly known: number; readonly position: number }[];
  /** Whether there is more than was read at once. */
  readonly isCut: boolean;
  /** For journals that could not be read or trusted. */
  readonly warnings: readonly Warning[];
}

/** Reads every journal line that is not imported yet, before the ledger is locked for them. */
export function readJournals({
  database,
  places,
}: {
  database: Database;
  places: JournalPlaces;
}): ReadJournals {
  const found = journalPaths(places).map((path) => {
    const file = journalFile(path);
    // Positions are read before the lines, so that a concurrent import is noticed.
    const known = file === null ? 0 : positionIn(database, file.id);
    return { known, journal: readJournal(path, { database, places }) };
  });
  const unread = found.flatMap(({ known, journal }) =>
    journal !== null && 'lines' in journal ? [{ known, journal }] : [],
  );
  const skipped = found.flatMap(({ journal }) => (journal !== null && 'warning' in journal ? [journal] : []));
  return {
    lines: [...inOrder(unread.map(({ journal }) => journal.lines))],
    isCut: unread.some(({ journal }) => journal.isCut),
    read: [
      ...unread.map(({ known, journal: { file, position } }) => ({ fileId: file.id, known, position })),
      ...skipped.flatMap(({ passedOver }) =>
        passedOver === null
          ? []
          : [
              {
                fileId: passedOver.id,
                known: positionIn(database, passedOver.id),
                position: passedOver.position,
              },
            ],
      ),
    ],
    warnings: skipped.map(({ warning }) => warning),
  };
}

/** The lines of each journal in order, those of several by the time of their marks: a start comes before its phases. */
function* inOrder(journals: readonly (readonly JournalLine[])[]): Generator<JournalLine> {
  const rest = journals.map((lines) => ({ lines, at: 0 }));
  const timeOf = ({ lines, at }: { lines: readonly JournalLine[]; at: number }) =>
    lines[at]?.mark?.at.wallMs ?? Number.NEGATIVE_INFINITY;
  for (;;) {
    const heads = rest.filter(({ lines, at }) => at < lines.length);
    if (heads.length === 0) return;
    const next = heads.reduce((first, one) => (timeOf(one) < timeOf(first) ? one : first));
    yield next.lines[next.at] as JournalLine;
    next.at += 1;
  }
}
