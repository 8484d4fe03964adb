import { lstatSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { readyMarks } from '../exchange/openMarks.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';
import { spoolPaths } from './spool.ts';

/** The files for marks while the ledger cannot be written. */
export interface JournalPlaces {
  readonly ledgerPath: string;
  /** Tried when the ledger's own folder is full or read-only. */
  readonly fallbackFolders: readonly string[];
  /** Our account, which has its own folder in each fallback that others can write to; undefined on Windows. */
  readonly uid: number | undefined;
  /** Whether a journal may be created next to the ledger, with the folder; the default is yes. */
  readonly keepsBeside?: () => boolean;
}

export function journalPath(ledgerPath: string): string {
  return `${ledgerPath}.journal`;
}

/** Every journal that may contain marks for this ledger: next to it, the rotated one first, then the fallbacks. */
export function journalPaths(places: JournalPlaces): string[] {
  const beside = journalPath(places.ledgerPath);
  const name = fallbackName(places.ledgerPath);
  return [
    `${beside}.old`,
    beside,
    ...spoolPaths(places.ledgerPath),
    ...places.fallbackFolders.flatMap((folder) => [
      ...(places.uid === undefined ? [] : [join(ownFolder(folder, places.uid), name)]),
      join(folder, name),
    ]),
  ];
}

/** In a folder that everyone can write to, no other account can put anything into ours. */
export function ownFolder(folder: string, uid: number): string {
  return join(folder, `deploytrack-${uid}`);
}

/** One name per path, readable instead of hashed: characters that a file name cannot contain are replaced. */
export function fallbackName(ledgerPath: string): string {
  return `deploytrack-${basename(ledgerPath)}-${[...ledgerPath].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7).toString(16)}.journal`;
}

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
