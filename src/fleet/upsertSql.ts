import type { SentColumn } from '../ledger/sync/columns.ts';
import type { ChangedRows } from '../ledger/sync/rowsOf.ts';
import { wellFormed } from '../model.ts';
import { keyOf, rowSchema, typeOf } from './tables.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly (string | number | null)[];
}

/** PostgreSQL counts the parameters of a statement in 16 bits; smaller statements are parsed sooner. */
export const mostParameters = 20_000;

/**
 * The rows of one table as upserts: a newer revision wins, a replay changes nothing. Each returns the first column of
 * the key for the rows that it has written.
 */
export function upserts(
  table: string,
  {
    columns,
    ledgerId,
    changes,
  }: { columns: readonly SentColumn[]; ledgerId: string; changes: readonly ChangedRows[] },
): Statement[] {
  const rows = changes.flatMap(({ revision, rows: all }) =>
    (all.get(table) ?? []).map((row) => ({ revision, row })),
  );
  return inParts(rows, { width: columns.length + 2 }).map((part) => ({
    text: upsertSql(table, { columns, count: part.length }),
    values: part.flatMap(({ revision, row }) => [
      ledgerId,
      ...columns.map((column) => storedValue(typeOf(column), row[column.name])),
      revision,
    ]),
  }));
}

/** So many rows of `width` values as fit into one statement, again and again. */
export function inParts<Row>(rows: readonly Row[], { width }: { width: number }): Row[][] {
  const most = Math.max(1, Math.floor(mostParameters / width));
  return Array.from({ length: Math.ceil(rows.length / most) }, (_, part) =>
    rows.slice(part * most, (part + 1) * most),
  );
}

/** The places of the values of `count` rows: `(CAST($1 AS text), …), …`. */
export function tuples(types: readonly string[], count: number): string {
  const row = (first: number) => types.map((type, at) => `CAST($${first + at + 1} AS ${type})`).join(', ');
  return Array.from({ length: count }, (_, at) => `(${row(at * types.length)})`).join(', ');
}

function upsertSql(
  table: string,
  { columns, count }: { columns: readonly SentColumn[]; count: number },
): string {
  const key = keyOf(table);
  const names = ['ledger_id', ...columns.map(({ name }) => name), 'revision'];
  const types = ['text', ...columns.map(typeOf), 'bigint'];
  const changed = names.filter((name) => name !== 'ledger_id' && !key.includes(name));
  const set = [
    ...changed.map((name) => `${name} = excluded.${name}`),
    'removed = false',
    'received_at = now()',
  ];
  return `INSERT INTO ${rowSchema}.${table} AS t (${names.join(', ')}) VALUES ${tuples(types, count)}
ON CONFLICT (ledger_id, ${key.join(', ')}) DO UPDATE SET ${set.join(', ')} WHERE t.revision < excluded.revision
RETURNING t.${key[0]}`;
}

/** Marks the rows of changes as removed that are not among those of their newer revision. */
export function removal(
  table: string,
  { ledgerId, changes }: { ledgerId: string; changes: readonly Pick<ChangedRows, 'key' | 'revision'>[] },
): Statement {
  const pairs = changes.map((_, at) => `(CAST($${at * 2 + 2} AS text), CAST($${at * 2 + 3} AS bigint))`);
  return {
    text: `UPDATE ${rowSchema}.${table} AS t SET removed = true, revision = v.revision, received_at = now()
FROM (VALUES ${pairs.join(', ')}) AS v (key, revision)
WHERE t.ledger_id = $1 AND t.${keyOf(table)[0]} = v.key AND t.revision < v.revision AND NOT t.removed`,
    values: [ledgerId, ...changes.flatMap(({ key, revision }) => [storedText(key), revision])],
  };
}

/** Like `removal`, for the row of a change itself: also one that the store never had, so that it cannot arrive later. */
export function headRemoval(
  table: string,
  { ledgerId, changes }: { ledgerId: string; changes: readonly Pick<ChangedRows, 'key' | 'revision'>[] },
): Statement {
  const [key] = keyOf(table);
  const tuples = changes.map((_, at) => `($1, $${at * 2 + 2}, CAST($${at * 2 + 3} AS bigint), true)`);
  return {
    text: `INSERT INTO ${rowSchema}.${table} AS t (ledger_id, ${key}, revision, removed) VALUES ${tuples.join(', ')}
ON CONFLICT (ledger_id, ${key}) DO UPDATE SET removed = true, revision = excluded.revision, received_at = now()
WHERE t.revision < excluded.revision`,
    values: [ledgerId, ...changes.flatMap(({ key: name, revision }) => [storedText(name), revision])],
  };
}

/** PostgreSQL refuses NUL and surrogates without a partner. */
export function storedText(text: string): string {
  return wellFormed(text.replaceAll('\0', ''));
}

const isoTime = /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** `Date.parse` alone takes the 30th of February for the 2nd of March. */
function isTime(text: string): boolean {
  if (!isoTime.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19);
}

/** A value that its column takes: what SQLite keeps in spite of the declared type is left out. */
export function storedValue(type: ReturnType<typeof typeOf>, value: unknown): string | number | null {
  if (value === null || value === undefined || value instanceof Uint8Array) return null;
  switch (type) {
    case 'bigint':
      return typeof value !== 'string' && Number.isSafeInteger(Number(value)) ? String(value) : null;
    case 'double precision':
      return typeof value !== 'string' && !Number.isNaN(Number(value)) ? Number(value) : null;
    case 'timestamptz':
      return typeof value === 'string' && isTime(value) ? value : null;
    case 'text':
      return storedText(String(value));
  }
}
