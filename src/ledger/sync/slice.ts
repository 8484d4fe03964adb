import type { Database } from '../file/addon.ts';
import { emptyLedger } from '../file/emptyLedger.ts';
import { headTables } from '../file/storeTables.ts';
import { transaction } from '../file/transaction.ts';
import { idsIn } from './slicedIds.ts';
import { inOrder, ownColumns, rowKey, type SlicedRows } from './slicedRows.ts';
import { withoutUniqueKeys } from './withoutUniqueKeys.ts';

type Value = string | number | null;

/** Rows of other ledgers, and the IDs by which the caller has named some of their deployments. */
export interface Read {
  readonly tables: readonly SlicedRows[];
  readonly named: readonly string[];
}

/**
 * A ledger in memory with rows of other ledgers, which is made while they are read. If two hosts have deployments with
 * the same ID, as those of a CI, the IDs get the suffix `@host`; also one that is named so.
 */
export async function sliceOf(reading: Promise<Read>): Promise<Database> {
  // Awaited below, unless no ledger can be made.
  reading.catch(() => {});
  await begun();
  const database = emptyLedger();
  try {
    withoutUniqueKeys(database);
    fillAll(database, await reading);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** When what was just asked is on its way, so that the other side works meanwhile. */
function begun(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function fillAll(database: Database, { tables, named }: Read): void {
  const heads = tables.find(({ table }) => table === headTables.deployment)?.rows ?? [];
  const idOf = idsIn(heads, named);
  const ids = new Map(heads.map((row) => [rowKey(row), idOf(row)]));
  transaction(database, { mode: 'write' }, () => {
    for (const { table, rows } of tables) fill(database, { table, rows, ids });
    database.exec(groups);
  });
}

/** Names are read from groups. */
const groups = `INSERT INTO groups (instance, deployment, environment)
  SELECT DISTINCT instance, deployment, environment FROM deployment_metrics
  WHERE instance IS NOT NULL AND deployment IS NOT NULL AND environment IS NOT NULL AND fragment = 0`;

/** Row numbers are those of this ledger, in the order of the rows of each host. */
function fill(
  database: Database,
  { table, rows, ids }: { table: string; rows: SlicedRows['rows']; ids: ReadonlyMap<string, string> },
): void {
  const columns = ownColumns(database, table);
  const places = columns.map(() => '?').join(', ');
  const insert = database.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`,
  );
  for (const row of inOrder(rows)) {
    const id = ids.get(rowKey(row)) ?? String(row.deployment_id);
    insert.run(columns.map((name) => valueIn(name === 'deployment_id' ? id : row[name])));
  }
}

/** A value of the store as a ledger keeps it. */
export function valueIn(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return value;
  return String(value);
}
