import type { Database } from '../ledger/addon.ts';
import { openFile } from '../ledger/open.ts';
import { schemaSql } from '../ledger/schema.ts';

/** A ledger without a row, in memory: what is asked of no ledger has the answer of an empty one. */
export function emptyDatabase(): Database {
  const database = openFile(':memory:');
  database.exec(schemaSql);
  return database;
}
