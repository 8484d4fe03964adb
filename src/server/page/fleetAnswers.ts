import { DeploytrackError } from '../../errors.ts';
import { type FleetHost, hostOfLedger, versionsBySince, withBehind } from '../../fleet/fleetHost.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { allHostStates } from '../../ledger/sync/hostStates.ts';
import { isoTime } from '../../model.ts';
import type { FleetPage, RolloutPage } from '../fleetApi.ts';
import type { ServerContext } from '../serverContext.ts';
import { fleetJson } from './fleetJson.ts';
import { filterOf } from './listQuery.ts';
import { originJson } from './originJson.ts';
import { rolloutPageJson } from './rolloutPageJson.ts';

interface Asked {
  readonly query: URLSearchParams;
  readonly database: Database;
  readonly server: ServerContext;
}

export async function fleetAnswer({ query, database, server }: Asked): Promise<FleetPage> {
  const state = query.get('status');
  query.delete('status');
  const scope = filterOf(query, server);
  return fleetJson(database, { hosts: await hostsOf(database, server), scope, state });
}

export async function rolloutAnswer({ query, database, server }: Asked): Promise<RolloutPage> {
  const said = (name: string) => query.get(name) ?? '';
  const found = rolloutPageJson(database, {
    deployment: said('deployment'),
    environment: said('environment'),
    version: said('version'),
    hosts: await hostsOf(database, server),
  });
  if (found === null)
    throw new DeploytrackError({
      code: 'UNKNOWN_ID',
      message: `no deployment of ${said('version')} is shown here`,
      hint: '/api/fleet lists the rollouts',
    });
  const now = isoTime(server.session.context.instant().wallMs);
  return { ...originJson(database, server), now, ...found };
}

async function hostsOf(database: Database, { store }: ServerContext): Promise<readonly FleetHost[]> {
  if (store !== null) return store.hosts();
  const hosts = allHostStates(database).map(hostOfLedger);
  return withBehind(hosts, versionsBySince(hosts));
}
