import type { Database } from './addon.ts';
import { openFile } from './open.ts';
import { schemaSql } from './schema.ts';

/** A new, empty ledger in memory. */
export function emptyLedger(): Database {
  const database = openFile(':memory:');
  database.exec(schemaSql);
  return database;
}
