import type { Database } from '../../ledger/file/addon.ts';
import { readDeployment } from '../../ledger/read/deployments.ts';
import { idInSlice } from '../../ledger/sync/slicedIds.ts';
import type { ServerContext } from '../serverContext.ts';

/**
 * Reads deployments from the ledger, or if it is a slice of a store that does not have one of them, from the
 * store. `read` gets the IDs that they have there.
 */
export async function withDeployments<Result>(
  { database, server, ids }: { database: Database; server: ServerContext; ids: readonly string[] },
  read: (having: Database, ids: readonly string[]) => Result,
): Promise<Result> {
  const { store } = server;
  if (store === null || ids.every((id) => readDeployment(database, id) !== null)) return read(database, ids);
  const own = ids.map((id) => idInSlice(database, id));
  if (own.every((id) => id !== null)) return read(database, own);
  const fetched = await store.fetch(ids);
  if (fetched === null) return read(database, ids);
  try {
    return read(
      fetched,
      ids.map((id) => idInSlice(fetched, id) ?? id),
    );
  } finally {
    fetched.close();
  }
}
