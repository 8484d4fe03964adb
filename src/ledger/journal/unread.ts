import { fileStat } from '../../fileStat.ts';
import type { Database } from '../file/addon.ts';
import { type JournalPlaces, journalPaths } from './journalPlaces.ts';

/** A journal file as the ledger remembers it: by device, inode and birth, so that a new one at the same place is another. */
export interface JournalFile {
  readonly path: string;
  readonly id: string;
  readonly size: number;
  readonly changedMs: number;
}

/** Whether a journal holds lines that were not taken in yet; one that became shorter was emptied, and is new. */
export function hasUnread(database: Database, places: JournalPlaces): boolean {
  return journalPaths(places).some((path) => {
    const file = journalFile(path);
    return file !== null && file.size !== positionIn(database, file.id);
  });
}

export function journalFile(path: string): JournalFile | null {
  const found = fileStat(path);
  return found === null
    ? null
    : {
        path,
        id: `${found.dev}:${found.ino}:${found.birthtimeMs}`,
        size: found.size,
        changedMs: found.mtimeMs,
      };
}

/** The bytes of a journal that are in the ledger already. */
export function positionIn(database: Database, fileId: string): number {
  return (
    (database.prepare('SELECT position FROM journals WHERE file_id = ?').pluck().get(fileId) as
      | number
      | undefined) ?? 0
  );
}
