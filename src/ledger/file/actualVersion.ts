import type { Database } from './addon.ts';

/** What each schema has that the one before it had not, the newest first: a table, or a column of one. */
const marks: readonly (readonly [version: number, table: string, column: string])[] = [
  [4, 'processes', 'pid_namespace'],
  [3, 'deployment_facts', 'fact'],
  [2, 'smoke_tests', 'run_id'],
  [1, 'deployment_metrics', 'id'],
];

/** The schema that a ledger has, whatever its number says: that is one word, which anybody who may write it can change. */
export function actualVersion(database: Database): number | null {
  const has = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').pluck();
  return marks.find(([, table, column]) => has.get(table, column) === 1)?.[0] ?? null;
}
