import type { Database } from '../../ledger/file/addon.ts';
import { sliceOf } from '../../ledger/sync/slice.ts';
import type { Connection } from '../connect.ts';
import { rowsBy } from '../slice.ts';
import { queryBy } from '../stats/query.ts';
import { timeoutMs } from './storeConnection.ts';

/** As many hosts may have one ID. */
const most = 20;

/**
 * Deployments of any age, and those before them on their host, as a ledger in memory that the caller closes. An ID may
 * have the suffix `@host`: `build-77@web-1`.
 */
export function fetchDeployments(connection: Connection, ids: readonly string[]): Promise<Database> {
  const slice = { filter: { limit: most }, words: ids, withEarlier: true };
  return sliceOf(rowsBy(queryBy(connection, { timeoutMs }), slice));
}
