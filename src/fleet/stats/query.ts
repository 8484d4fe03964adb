import type { Connection } from '../connect.ts';

/** Runs a statement; its rows by the names of the columns. */
export type Query = (
  text: string,
  values: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** A number of the database, which comes as text if it could be larger than ours; null if there is none. */
export function seconds(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** As decimal numbers: a sum of doubles is not what the ledger's sum of the same seconds is. */
export function sumOfSeconds(column: string): string {
  return `sum(CAST(${column} AS numeric))`;
}

/** A time as the ledger writes it. */
export function iso(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** By a connection that is open. */
export function queryBy(connection: Connection, { timeoutMs }: { timeoutMs: number }): Query {
  return async (text, values) => (await connection.query(text, { values, timeoutMs })).rows;
}
