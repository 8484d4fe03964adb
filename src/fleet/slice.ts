import type { Context } from '../context.ts';
import type { Database } from '../ledger/file/addon.ts';
import { sentTables } from '../ledger/file/storeTables.ts';
import type { LimitedFilter } from '../ledger/read/filter.ts';
import { type SlicedRows, sliceOf } from '../ledger/sync/slice.ts';
import { connect } from './connect.ts';
import { type Key, keysBefore, keysMeant, keysThatMatch } from './meant.ts';
import type { Query } from './stats/query.ts';
import type { StoreAddress } from './storeAddress.ts';
import { storeError } from './storeProblem.ts';
import { keyOf, viewSchema } from './tables.ts';

const timeoutMs = 60_000;

/** Which deployments of the store are read. */
export interface Slice {
  readonly filter: LimitedFilter;
  /** What each means is read, see `keysMeant`; then only these. */
  readonly words?: readonly string[];
  /** Also the deployments before these, with which a report compares them. */
  readonly withEarlier?: boolean;
}

/**
 * Deployments of the store as a ledger in memory, so that every report reads them as it reads those of a host. Throws a
 * StoreError.
 */
export async function readSlice(context: Context, address: StoreAddress, slice: Slice): Promise<Database> {
  const connection = await connect(context, address, { timeoutMs });
  try {
    return await sliceBy(
      async (text, values) => (await connection.query(text, { values, timeoutMs })).rows,
      slice,
    );
  } catch (error) {
    throw storeError(error, address.shown);
  } finally {
    connection.close();
  }
}

/** The tables that a report compares a deployment with. */
const ofEarlier = ['deployment_metrics', 'deployment_stages', 'tracked_items'];

/** The same by a connection that is open. */
export async function sliceBy(
  query: Query,
  { filter, words, withEarlier = false }: Slice,
): Promise<Database> {
  const meant =
    words === undefined
      ? await keysThatMatch(query, filter)
      : (await Promise.all(words.map((word) => keysMeant(query, word, filter)))).flat();
  const before = withEarlier ? await Promise.all(meant.map((key) => keysBefore(query, key))) : [];
  const keys = distinct(meant);
  const all = distinct([...keys, ...before.flat()]);
  const tables = Object.keys(sentTables).filter((table) => sentTables[table]?.kind === 'deployment');
  const rows = await Promise.all(
    tables.map((table) => rowsFor(query, { table, keys: ofEarlier.includes(table) ? all : keys })),
  );
  return sliceOf(rows, { named: words ?? [] });
}

function distinct(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((one) => [`${one.ledger_id} ${one.deployment_id}`, one])).values()];
}

async function rowsFor(
  query: Query,
  { table, keys }: { table: string; keys: readonly Key[] },
): Promise<SlicedRows> {
  const rows = await query(
    `SELECT t.* FROM ${viewSchema}.${table} AS t
     JOIN (SELECT * FROM unnest($1::text[], $2::text[])) AS k (ledger_id, deployment_id)
       ON t.ledger_id = k.ledger_id AND t.${keyOf(table)[0]} = k.deployment_id`,
    [keys.map((one) => one.ledger_id), keys.map((one) => one.deployment_id)],
  );
  return { table, rows };
}
