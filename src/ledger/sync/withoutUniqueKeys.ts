import type { Database } from '../file/addon.ts';
import { deploymentTables } from '../file/storeTables.ts';

/**
 * For rows of several ledgers: two hosts may start the same version in the same millisecond, and a ledger that was imported
 * into another one has its rows in both. The ID of a deployment stays unique. The tables are empty.
 */
export function withoutUniqueKeys(database: Database): void {
  const made = database
    .prepare<[], { table: string; type: string; sql: string }>(
      'SELECT tbl_name AS "table", type, sql FROM sqlite_master WHERE sql IS NOT NULL',
    )
    .all()
    .filter(({ table }) => deploymentTables.includes(table));
  for (const { table, type, sql } of made)
    if (type === 'table' && / UNIQUE\b/.test(sql)) {
      const others = made.filter((one) => one.table === table && one.type !== 'table');
      const keys = [...sql.matchAll(/(\w+) TEXT NOT NULL UNIQUE/g)].map(([, column]) => column);
      database.exec(`DROP TABLE ${table}`);
      database.exec(sql.replace(/,\s*UNIQUE\([^)]*\)/, '').replaceAll(' NOT NULL UNIQUE', ' NOT NULL'));
      for (const column of keys) database.exec(`CREATE INDEX ${table}_by_${column} ON ${table}(${column})`);
      for (const other of others) database.exec(other.sql);
    }
}
