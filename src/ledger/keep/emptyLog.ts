import type { Database } from '../file/addon.ts';

/** Writes the log back into the file, and gives its space back to the disk. False if a reader still needs it. */
export function emptyLog(database: Database): boolean {
  return database.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;
}
