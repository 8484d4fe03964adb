import type { Database } from './file/addon.ts';

/** What tells this ledger from every other one. Throws what SQLite throws. */
export function ledgerId(database: Database): string {
  return database.prepare('SELECT ledger_id FROM ledger').pluck().get() as string;
}
