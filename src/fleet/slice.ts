import type { Context } from '../context.ts';
import type { Database } from '../ledger/file/addon.ts';
import { deploymentTables } from '../ledger/file/storeTables.ts';
import type { LimitedFilter } from '../ledger/read/filter.ts';
import { type Read, sliceOf } from '../ledger/sync/slice.ts';
import { rowKey, type SlicedRows } from '../ledger/sync/slicedRows.ts';
import { type Key, keysBefore, keysMeant, keysThatMatch } from './meant.ts';
import { queryAt } from './queryStore.ts';
import type { Query } from './stats/query.ts';
import type { StoreAddress } from './storeAddress.ts';
import { keyOf, viewSchema } from './tables.ts';

/** Which deployments of the store are read. */
export interface Slice {
  readonly filter: LimitedFilter;
  /** What each means is read, see `keysMeant`; then only these. */
  readonly words?: readonly string[];
  /** Also the deployments before these, with which a report compares them. */
  readonly withEarlier?: boolean;
  /** What each means is read as well, whatever the filter is, and the deployments before it. */
  readonly also?: readonly string[];
  /** All of a deployment if omitted; the other tables stay empty. */
  readonly tables?: readonly string[];
}

/**
 * Deployments of the store as a ledger in memory, so that every report reads them as it reads those of a host. Throws a
 * StoreError.
 */
export async function readSlice(context: Context, address: StoreAddress, slice: Slice): Promise<Database> {
  return sliceOf(queryAt(context, address, (query) => rowsBy(query, slice)));
}

/** The tables that a report compares a deployment with. */
const ofEarlier = ['deployment_metrics', 'deployment_stages', 'tracked_items'];

/** What a slice is made of, by a connection that is open. */
export async function rowsBy(
  query: Query,
  { filter, words, withEarlier = false, also = [], tables = deploymentTables }: Slice,
): Promise<Read> {
  const ofWords = async (some: readonly string[]) =>
    (await Promise.all(some.map((word) => keysMeant(query, word, filter)))).flat();
  const [meant, others] = await Promise.all([
    words === undefined ? keysThatMatch(query, filter) : ofWords(words),
    ofWords(also),
  ]);
  const compared = [...(withEarlier ? meant : []), ...others];
  const before = await Promise.all(compared.map((key) => keysBefore(query, key)));
  const named = [...(words ?? []), ...also];
  return rowsOfKeys(query, { keys: [...meant, ...others], earlier: before.flat(), named, tables });
}

interface Asked {
  readonly keys: readonly Key[];
  readonly earlier?: readonly Key[];
  readonly named?: readonly string[];
  readonly tables?: readonly string[];
}

/** Deployments with their rows in all tables or in some, and of the earlier ones what a report compares them with. */
export async function rowsOfKeys(
  query: Query,
  { keys: given, earlier = [], named = [], tables = deploymentTables }: Asked,
): Promise<Read> {
  const keys = distinct(given);
  const all = distinct([...keys, ...earlier]);
  const read = tables.map((table) => rowsFor(query, { table, keys: ofEarlier.includes(table) ? all : keys }));
  return { tables: await Promise.all(read), named };
}

function distinct(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((one) => [rowKey(one), one])).values()];
}

/** The rows of one table of these deployments. */
export async function rowsFor(
  query: Query,
  { table, keys }: { table: string; keys: readonly Pick<Key, 'ledger_id' | 'deployment_id'>[] },
): Promise<SlicedRows> {
  const rows = await query(
    `SELECT t.* FROM ${viewSchema}.${table} AS t
     JOIN (SELECT * FROM unnest($1::text[], $2::text[])) AS k (ledger_id, deployment_id)
       ON t.ledger_id = k.ledger_id AND t.${keyOf(table)[0]} = k.deployment_id`,
    [keys.map((one) => one.ledger_id), keys.map((one) => one.deployment_id)],
  );
  return { table, rows };
}
