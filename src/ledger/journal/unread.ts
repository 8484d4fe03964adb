import { lstatSync, type Stats } from 'node:fs';
import { readyMarks } from '../exchange/waitingMarks.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';
import { type JournalPlaces, journalPaths } from './journalPlaces.ts';

/** A journal file as the ledger remembers it: by device, inode and birth, so that a new one at the same place is another. */
export interface JournalFile {
  readonly path: string;
  readonly id: string;
  readonly size: number;
  readonly changedMs: number;
  readonly uid: number;
}

/**
 * Whether a journal holds lines that were not taken in yet; one that became shorter was emptied, and is new. One that this
 * account passed over counts again where it has changed. Also marks that waited for their row, once it is mended.
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

/** What stands at the path itself, no link followed; null where nothing does, or where we may not look. */
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

/** How the ledger remembers that an account passed a file over: another one may be right to take it in. */
export function passedOverId({ id }: JournalFile, uid: number | undefined): string {
  return `passed over by ${uid}: ${id}`;
}

/** The bytes of a journal that are in the ledger already. */
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
