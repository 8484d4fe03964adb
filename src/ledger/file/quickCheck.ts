import type { Database } from './addon.ts';

/** The damage that SQLite finds in the file, in its own words; null if the check passes. */
export function quickCheck(database: Database): string | null {
  const found = database.pragma('quick_check', { simple: true }) as string;
  return found === 'ok' ? null : firstLine(found);
}

/** The first finding of an integrity check, without its headings. */
export function firstLine(found: string): string {
  return found.split('\n').find((line) => !line.startsWith('***')) ?? found;
}
