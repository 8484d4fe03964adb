import type { Context } from '../context.ts';
import type { Database } from '../ledger/file/addon.ts';
import { sentTables } from '../ledger/file/storeTables.ts';
import type { LimitedFilter } from '../ledger/read/filter.ts';
import { type SlicedRows, sliceOf } from '../ledger/sync/slice.ts';
import { matching, places } from './condition.ts';
import { type Connection, connect } from './connect.ts';
import type { StoreAddress } from './storeAddress.ts';
import { storeError } from './storeProblem.ts';
import { keyOf, viewSchema } from './tables.ts';

const timeoutMs = 60_000;

/** Which deployments of the store are read. */
export interface Slice {
  readonly filter: LimitedFilter;
  /** A full ID, a beginning or an end of one, or a version; then only these. */
  readonly words?: readonly string[];
  /** Also the deployments before these, with which a report compares them. */
  readonly withEarlier?: boolean;
}

/** A deployment of a store, as its columns name it. */
export interface Key {
  readonly ledger_id: string;
  readonly deployment_id: string;
}

/**
 * Deployments of the store as a ledger in memory, so that every report reads them as it reads those of a host. Throws a
 * StoreError.
 */
export async function readSlice(context: Context, address: StoreAddress, slice: Slice): Promise<Database> {
  const connection = await connect(context, address, { timeoutMs });
  try {
    const meant = await keysOf(connection, slice);
    const keys = slice.withEarlier === true ? await withEarlier(connection, meant) : meant;
    const tables = Object.entries(sentTables).filter(([, { kind }]) => kind === 'deployment');
    const rows = await Promise.all(tables.map(([table]) => rowsFor(connection, { table, keys })));
    return sliceOf(rows);
  } catch (error) {
    throw storeError(error, address.shown);
  } finally {
    connection.close();
  }
}

async function keysOf(connection: Connection, { filter, words }: Slice): Promise<Key[]> {
  const { sql, values } = conditionOf(filter, words);
  const { rows } = await connection.query(
    `SELECT d.ledger_id, d.deployment_id FROM ${viewSchema}.deployment_metrics AS d WHERE ${sql}
     ORDER BY d.deployment_started_at DESC, d.ledger_id, d.id DESC${filter.limit === undefined ? '' : ` LIMIT ${filter.limit}`}`,
    { values, timeoutMs },
  );
  return rows as Key[];
}

/** As many as `show` and `compare` look at, and some more. */
const mostEarlier = 100;

/** Those of the same host, deployment and environment. */
export async function withEarlier(connection: Connection, keys: readonly Key[]): Promise<Key[]> {
  const found = await Promise.all(
    keys.map(({ ledger_id, deployment_id }) =>
      connection.query(
        `SELECT d.ledger_id, d.deployment_id FROM ${viewSchema}.deployment_metrics AS d
         JOIN ${viewSchema}.deployment_metrics AS m ON m.ledger_id = $1 AND m.deployment_id = $2
           AND d.deployment = m.deployment AND d.environment = m.environment AND d.instance = m.instance
         WHERE d.ledger_id = $1 ORDER BY d.deployment_started_at DESC LIMIT ${mostEarlier}`,
        { values: [ledger_id, deployment_id], timeoutMs },
      ),
    ),
  );
  const all = [...keys, ...found.flatMap(({ rows }) => rows as Key[])];
  return [...new Map(all.map((one) => [`${one.ledger_id} ${one.deployment_id}`, one])).values()];
}

/** A full ID, a beginning or an end of one, or a version. */
function conditionOf(
  filter: LimitedFilter,
  words: readonly string[] | undefined,
): { sql: string; values: unknown[] } {
  const { values, place } = places();
  const sql = matching(filter, { place });
  if (words === undefined) return { sql, values };
  const meant = words.map((word) => {
    const at = place(word);
    return `d.version = ${at} OR starts_with(d.deployment_id, ${at}) OR right(d.deployment_id, length(${at})) = ${at}`;
  });
  return { sql: `${sql} AND (${meant.join(' OR ') || 'false'})`, values };
}

/** The rows of one table of these deployments. */
export async function rowsFor(
  connection: Connection,
  { table, keys }: { table: string; keys: readonly Key[] },
): Promise<SlicedRows> {
  const { rows } = await connection.query(
    `SELECT t.* FROM ${viewSchema}.${table} AS t
     JOIN (SELECT * FROM unnest($1::text[], $2::text[])) AS k (ledger_id, deployment_id)
       ON t.ledger_id = k.ledger_id AND t.${keyOf(table)[0]} = k.deployment_id`,
    { values: [keys.map((one) => one.ledger_id), keys.map((one) => one.deployment_id)], timeoutMs },
  );
  return { table, rows: rows as SlicedRows['rows'] };
}
