import type { SentColumn } from '../ledger/sync/columns.ts';
import type { Connection } from './connect.ts';
import { tableColumns } from './schemaSql.ts';
import { columnSql, rowSchema } from './tables.ts';

/**
 * The statements that add the columns which a store of an older version lacks. Without any, no table is locked.
 */
export async function missingColumns(
  connection: Connection,
  { columns, timeoutMs }: { columns: ReadonlyMap<string, readonly SentColumn[]>; timeoutMs: number },
): Promise<string[]> {
  const { rows } = await connection.query(
    `SELECT table_name AS "table", column_name AS name FROM information_schema.columns WHERE table_schema = '${rowSchema}'`,
    { timeoutMs },
  );
  const there = new Set(
    (rows as { table: string; name: string }[]).map(({ table, name }) => `${table}.${name}`),
  );
  return tableColumns(columns).flatMap(([table, all]) => {
    const missing = all.filter(([name]) => !there.has(`${table}.${name}`));
    return missing.map(
      ([name, type]) => `ALTER TABLE ${rowSchema}.${table} ADD COLUMN IF NOT EXISTS ${columnSql(name, type)}`,
    );
  });
}
