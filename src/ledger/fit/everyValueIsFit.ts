import type { Database } from '../file/addon.ts';
import { orNull } from './checks.ts';
import { publicTables } from './tables.ts';

/**
 * Whether the views of these tables would leave out nothing and change nothing of the rows for which `condition` is true,
 * as SQL with the values that it binds: one statement instead of views, which cost milliseconds. The ledger has the present schema.
 */
export function everyValueIsFit(
  database: Database,
  {
    tables,
    condition,
    values,
  }: {
    tables: readonly string[];
    condition: (table: string) => string;
    values: Readonly<Record<string, string>>;
  },
): boolean {
  const each = tables.map(
    (table) => `SELECT 1 FROM main.${table} WHERE ${condition(table)} AND (${fitSql(table)}) IS NOT 1`,
  );
  return database.prepare(`${each.join(' UNION ALL ')} LIMIT 1`).get(values) === undefined;
}

function fitSql(table: string): string {
  const { needs = {}, others = {} } = publicTables[table] ?? {};
  const checks = [
    ...Object.entries(needs),
    // A view replaces null only if there is something instead.
    ...Object.entries(others).map(
      ([name, check]) => [name, check.instead === undefined ? orNull(check) : check] as const,
    ),
  ];
  return checks.length === 0 ? '1' : checks.map(([name, { sql }]) => `(${sql(name)})`).join(' AND ');
}
