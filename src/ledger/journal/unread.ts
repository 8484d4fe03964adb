import { lstatSync, type Stats } from 'node:fs';
import { readyMarks } from '../exchange/waitingMarks.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';
import { type JournalPlaces, journalPaths } from './journalPlaces.ts';

/**
 * The ledger's identity of a journal file: by device, inode and birth time, so that a new file at the same path is a
 * different one.
 */
export interface JournalFile {
  readonly path: string;
  readonly id: string;
  readonly size: number;
  readonly changedMs: number;
  readonly uid: number;
}

/**
 * Whether a journal has lines that are not imported yet; one that became shorter was emptied, and is new. One that this
 * account ignored counts again when it has changed. Also marks that waited for their row, once the row is fixed.
 */
export function hasUnread(database: Database, places: JournalPlaces): boolean {
  if (readyMarks(database).length > 0) return true;
  return journalPaths(places).some((path) => {
    const file = journalFile(path);
    return (
      file !== null &&
      file.size !== positionIn(database, file.id) &&
      file.size !== positionIn(database, passedOverId(file, places.uid))
    );
  });
}

/** The stat of the path itself, without following a link; null if there is nothing, or it may not be read. */
export function journalFile(path: string): JournalFile | null {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found === undefined ? null : asJournal(found, path);
  } catch {
    return null;
  }
}

export function asJournal(found: Stats, path: string): JournalFile {
  const { dev, ino, birthtimeMs, size, mtimeMs, uid } = found;
  return { path, id: `${dev}:${ino}:${birthtimeMs}`, size, changedMs: mtimeMs, uid };
}

/** How the ledger notes that an account ignored a file: another account may be right to import it. */
export function passedOverId({ id }: JournalFile, uid: number | undefined): string {
  return `passed over by ${uid}: ${id}`;
}

/** The bytes of a journal that are already imported. */
export function positionIn(database: Database, fileId: string): number {
  return (
    database
      .prepare<unknown[], Rows['journals']['position']>('SELECT position FROM journals WHERE file_id = ?')
      .pluck()
      .get(fileId) ?? 0
  );
}

export function savePosition(database: Database, { id, position }: { id: string; position: number }): void {
  database
    .prepare('INSERT INTO journals VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position')
    .run(id, position);
}
