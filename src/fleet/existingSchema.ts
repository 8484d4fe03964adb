import type { Connection } from './connect.ts';
import type { View } from './schemaSql.ts';
import { rowSchema, viewSchema } from './tables.ts';

interface ExistingSchema {
  readonly indexes: ReadonlySet<string>;
  /** One of a later version has more columns at its end. */
  hasView(view: View): boolean;
}

/** The indexes and views of a store: "IF NOT EXISTS" and "OR REPLACE" also lock if there is nothing to do. */
export async function existingSchema(
  connection: Connection,
  { timeoutMs }: { timeoutMs: number },
): Promise<ExistingSchema> {
  // A database without such a catalog has nothing that could be left out.
  const read = (sql: string) =>
    connection.query(sql, { timeoutMs }).then(
      ({ rows }) => rows as { name: string }[],
      () => [],
    );
  const indexes = await read(`SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${rowSchema}'`);
  const columns = await read(
    `SELECT table_name || '.' || CAST(ordinal_position AS text) || '.' || column_name AS name
     FROM information_schema.columns WHERE table_schema = '${viewSchema}'`,
  );
  const there = new Set(columns.map(({ name }) => name));
  return {
    indexes: new Set(indexes.map(({ name }) => name)),
    hasView: (view) => view.columns.every((name, at) => there.has(`${view.name}.${at + 1}.${name}`)),
  };
}
