import type { Database } from '../file/addon.ts';
import { headTables, sentTables } from '../file/storeTables.ts';
import type { Change } from './changes.ts';

export type SentRow = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

/** A change with its rows, table by table; none: it was deleted, or is left out of reports. */
export interface ChangedRows extends Change {
  readonly rows: ReadonlyMap<string, readonly SentRow[]>;
}

/** Reads each change as it is now, which may be newer than its revision: it is then sent again. */
export function rowsOf(database: Database, changes: readonly Change[]): ChangedRows[] {
  const statements = Object.entries(sentTables).map(
    ([table, { kind, key }]) =>
      [table, kind, database.prepare<[string], SentRow>(`SELECT * FROM ${table} WHERE ${key} = ?`)] as const,
  );
  return changes.map((change) => {
    const rows = statements
      .filter(([, kind]) => kind === change.kind)
      .map(([table, , statement]) => [table, statement.all(change.key)] as const)
      .filter(([, found]) => found.length > 0);
    const hasHead = rows.some(([table]) => table === headTables[change.kind]);
    return { ...change, rows: new Map(hasHead ? rows : []) };
  });
}
