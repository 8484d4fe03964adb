import type { Database } from '../file/addon.ts';
import { onlyHere } from './columns.ts';

/** Rows of one table, of several ledgers; times as `Date`, whole numbers as text. */
export interface SlicedRows {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

type Row = SlicedRows['rows'][number];

/** The ID of a row's deployment within the whole store. */
export function rowKey({
  ledger_id: ledger,
  deployment_id: id,
}: {
  readonly ledger_id?: unknown;
  readonly deployment_id?: unknown;
}): string {
  return `${ledger} ${id}`;
}

/** The columns of a table that a slice takes from the store: without those that each ledger fills by itself. */
export function ownColumns(database: Database, table: string): string[] {
  return database
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
    .pluck()
    .all(table)
    .filter((name) => name !== 'id' && !onlyHere.has(name));
}

/** In the order in which their host wrote them. */
export function inOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((one, other) => Number(one.id ?? 0) - Number(other.id ?? 0));
}
