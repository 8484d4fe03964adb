import type { Database } from './addon.ts';

/** Another number after each commit of another connection; its own change nothing. Throws what SQLite throws. */
export function dataVersion(database: Database): number {
  return database.pragma('data_version', { simple: true }) as number;
}
