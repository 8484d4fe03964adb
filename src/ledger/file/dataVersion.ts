import type { Database } from './addon.ts';

/** Changes after each commit of another connection, not after its own. Throws the errors of SQLite. */
export function dataVersion(database: Database): number {
  return database.pragma('data_version', { simple: true }) as number;
}
