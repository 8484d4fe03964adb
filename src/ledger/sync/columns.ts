import type { Database } from '../file/addon.ts';
import { sentTables } from '../file/storeTables.ts';

/** A column of a public table; `type` as SQLite declares it. */
export interface SentColumn {
  readonly name: string;
  readonly type: string;
}

/** Columns that mean nothing outside their host. */
export const onlyHere: ReadonlySet<string> = new Set(['caller']);

/** The columns of every table whose rows are sent, as the schema of this ledger has them. */
export function sentColumns(database: Database): ReadonlyMap<string, readonly SentColumn[]> {
  const columns = database.prepare<[string], SentColumn>(
    'SELECT name, type FROM pragma_table_info(?) ORDER BY cid',
  );
  return new Map(
    Object.keys(sentTables).map((table) => [
      table,
      columns.all(table).filter(({ name }) => !onlyHere.has(name)),
    ]),
  );
}
