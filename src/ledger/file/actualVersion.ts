import type { Database } from './addon.ts';

/** What each schema added to the one before it, the newest first: a table, or a column of one. */
const marks: readonly (readonly [version: number, table: string, column: string])[] = [
  [8, 'store_rows', 'revision'],
  [7, 'rollups', 'content'],
  [6, 'gate_decisions', 'decision_id'],
  [5, 'deployment_stages', 'caller'],
  [4, 'processes', 'pid_namespace'],
  [3, 'deployment_facts', 'fact'],
  [2, 'marks_kept', 'mark_id'],
  [1, 'deployment_metrics', 'id'],
];

/**
 * The actual schema of a ledger, whatever its version number says: anybody who can write the file can change the
 * number.
 */
export function actualVersion(database: Database): number | null {
  const has = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').pluck();
  return marks.find(([, table, column]) => has.get(table, column) === 1)?.[0] ?? null;
}
