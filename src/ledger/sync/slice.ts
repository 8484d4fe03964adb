import type { Database } from '../file/addon.ts';
import { emptyLedger } from '../file/emptyLedger.ts';
import { transaction } from '../file/transaction.ts';
import { inOrder, ownColumns, rowKey, type SlicedRows } from './slicedRows.ts';

type Value = string | number | null;

/** Rows of other ledgers, and the IDs by which the caller has named some of their deployments. */
export interface Read {
  readonly tables: readonly SlicedRows[];
  readonly named: readonly string[];
}

/**
 * A ledger in memory with rows of other ledgers, which is made while they are read. If two hosts have deployments with
 * the same ID, as those of a CI, the IDs get the host behind them; also one that is named so.
 */
export async function sliceOf(reading: Promise<Read>): Promise<Database> {
  // Awaited below, unless no ledger can be made.
  reading.catch(() => {});
  await begun();
  const database = emptyLedger();
  try {
    // Two hosts may start the same version in the same millisecond.
    withoutUniqueStart(database);
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
  const ids = idsOf(tables, named);
  transaction(database, { mode: 'write' }, () => {
    for (const { table, rows } of tables) fill(database, { table, rows, ids });
    database.exec(groups);
  });
}

/** Names are read from groups. */
const groups = `INSERT INTO groups (instance, deployment, environment)
  SELECT DISTINCT instance, deployment, environment FROM deployment_metrics
  WHERE instance IS NOT NULL AND deployment IS NOT NULL AND environment IS NOT NULL AND fragment = 0`;

/** For rows of several hosts. */
export function withoutUniqueStart(database: Database): void {
  const made = database
    .prepare<[], string>("SELECT sql FROM sqlite_master WHERE name = 'deployment_metrics'")
    .pluck()
    .get();
  const others = database
    .prepare<[], string>(
      "SELECT sql FROM sqlite_master WHERE tbl_name = 'deployment_metrics' AND type IN ('index', 'trigger') AND sql IS NOT NULL",
    )
    .pluck()
    .all();
  database.exec('DROP TABLE deployment_metrics');
  database.exec((made ?? '').replace(/,\s*UNIQUE\(version, deployment_started_at\)/, ''));
  for (const sql of others) database.exec(sql);
}

/** The ID that a deployment gets, by its ledger and its own. */
function idsOf(tables: readonly SlicedRows[], named: readonly string[]): ReadonlyMap<string, string> {
  const heads = tables.find(({ table }) => table === 'deployment_metrics')?.rows ?? [];
  const count = new Map<unknown, number>();
  for (const row of heads) count.set(row.deployment_id, (count.get(row.deployment_id) ?? 0) + 1);
  return new Map(
    heads.map((row) => {
      const id = String(row.deployment_id);
      const withHost = `${id}@${row.instance ?? row.hostname ?? row.ledger_id}`;
      const isShared = (count.get(row.deployment_id) ?? 0) > 1 || named.includes(withHost);
      return [rowKey(row), isShared ? withHost : id];
    }),
  );
}

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
