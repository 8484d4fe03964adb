import type { Context } from '../../context.ts';
import type { Database } from '../../ledger/file/addon.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import type { SliceFile } from '../../ledger/sync/sliceFile.ts';
import type { FleetHost } from '../fleetHost.ts';
import type { StoreAddress } from '../storeAddress.ts';
import type { StoreError } from '../storeProblem.ts';
import { fetchDeployments } from './fetchDeployments.ts';
import { StoreFollower } from './followStore.ts';
import { StoreConnection } from './storeConnection.ts';
import { StoreHosts } from './storeHosts.ts';
import type { StoreState } from './storeState.ts';

/** The store behind the slice that a server shows. */
export interface ServedStore {
  state(): StoreState;
  /** As they were read last, if the store is gone. */
  hosts(): Promise<readonly FleetHost[]>;
  /**
   * Deployments that the slice does not have, and those before them, as a ledger in memory that the caller closes; null
   * if the store has none. Throws a StoreError.
   */
  fetch(ids: readonly string[]): Promise<Database | null>;
  stop(): Promise<void>;
}

/** Begins to keep a slice as the store is: returns when its newest deployments are there. Throws a StoreError. */
export async function serveStore(
  context: Context,
  served: {
    readonly address: StoreAddress;
    readonly slice: SliceFile;
    readonly filter: LimitedFilter & { readonly limit: number };
    readonly onLost: (error: StoreError) => void;
    readonly onBack: () => void;
  },
): Promise<ServedStore> {
  const { address, filter } = served;
  const connection = new StoreConnection(context, address);
  const follower = new StoreFollower({ context, connection, ...served });
  const { deployment = null, environment = null, host = null } = filter;
  const hosts = new StoreHosts(context, { connection, filter: { deployment, environment, host } });
  try {
    await follower.start();
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    state: () => follower.state(),
    hosts: () => hosts.read(),
    fetch: (ids) => connection.use((open) => fetchDeployments(open, ids)),
    stop: () => follower.stop(),
  };
}
