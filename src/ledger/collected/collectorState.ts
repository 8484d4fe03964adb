import type { Database } from '../file/addon.ts';

/** The state that a collector stored for its next start; null before its first. */
export function collectorState(database: Database, name: string): unknown {
  const found = database.prepare('SELECT state FROM collectors WHERE name = ?').pluck().get(name);
  return found === undefined ? null : JSON.parse(found as string);
}

export function saveCollectorState(
  database: Database,
  { name, state }: { name: string; state: unknown },
): void {
  database.prepare('INSERT OR REPLACE INTO collectors VALUES (?, ?)').run(name, JSON.stringify(state));
}
