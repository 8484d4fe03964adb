import type { Database } from './file/addon.ts';

/** The unique ID of this ledger. Throws the errors of SQLite. */
export function ledgerId(database: Database): string {
  return database.prepare('SELECT ledger_id FROM ledger').pluck().get() as string;
}
