import type { Database } from './addon.ts';

/** What is wrong with the file as a database, in SQLite's words; null where it is sound. */
export function quickCheck(database: Database): string | null {
  const found = database.pragma('quick_check', { simple: true }) as string;
  return found === 'ok' ? null : found;
}
