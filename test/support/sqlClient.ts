import pg from 'pg';

export interface SqlResult {
  /** The names of the columns, and their types by PostgreSQL's names. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Types that a query of a dashboard or of a page may return, by their numbers in `pg_type`. */
const types: Readonly<Record<number, string>> = {
  16: 'bool',
  20: 'int8',
  23: 'int4',
  25: 'text',
  701: 'float8',
  1184: 'timestamptz',
  1700: 'numeric',
};
const numbers = new Set(['int8', 'int4', 'float8', 'numeric']);

/**
 * A connection that sends a text as it is, as Grafana's data source and `psql` do. Numbers come as numbers, times in ISO 8601.
 * The caller closes it.
 */
export async function sqlClient(url: string): Promise<{
  query(sql: string): Promise<SqlResult>;
  close(): Promise<void>;
}> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    async query(sql) {
      const { fields, rows } = await client.query({ text: sql, rowMode: 'array' });
      const columns = fields.map(({ name, dataTypeID }) => ({
        name,
        type: types[dataTypeID] ?? String(dataTypeID),
      }));
      return { columns, rows: rows.map((row: unknown[]) => rowOf(columns, row)) };
    },
    close: () => client.end(),
  };
}

function rowOf(columns: SqlResult['columns'], row: readonly unknown[]) {
  return Object.fromEntries(columns.map(({ name, type }, at) => [name, asWritten(row[at], type)]));
}

function asWritten(value: unknown, type: string): unknown {
  if (value instanceof Date) return value.toISOString();
  return value !== null && numbers.has(type) ? Number(value) : value;
}
