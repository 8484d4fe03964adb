import type { Database } from './addon.ts';

/** The damage that SQLite finds in the file, in its own words; null if the check passes. */
export function quickCheck(database: Database): string | null {
  const found = database.pragma('quick_check', { simple: true }) as string;
  return found === 'ok' ? null : found;
}
