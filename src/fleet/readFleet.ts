import type { Context } from '../context.ts';
import { connect } from './connect.ts';
import { type FleetHost, withBehind } from './fleetHost.ts';
import { isLike } from './isLike.ts';
import { type Query, queryBy } from './stats/query.ts';
import type { StoreAddress } from './storeAddress.ts';
import { storeError } from './storeProblem.ts';
import { viewSchema } from './tables.ts';

/** What is asked for; null: every one. */
export interface FleetFilter {
  readonly deployment: string | null;
  readonly environment: string | null;
  /** A name in which `*` stands for any characters. */
  readonly host: string | null;
}

const mostHosts = 100_000;

/** The hosts by name. Throws a StoreError. */
export async function readFleet(
  context: Context,
  address: StoreAddress,
  { filter, timeoutMs }: { filter: FleetFilter; timeoutMs: number },
): Promise<FleetHost[]> {
  const connection = await connect(context, address, { timeoutMs });
  try {
    return await fleetBy(queryBy(connection, { timeoutMs }), filter);
  } catch (error) {
    throw storeError(error, address.shown);
  } finally {
    connection.close();
  }
}

/** The same by a connection that is open. */
export async function fleetBy(query: Query, filter: FleetFilter): Promise<FleetHost[]> {
  const rows = await query(fleetSql, [filter.deployment, filter.environment]);
  // Which versions are newer depends on all hosts.
  const hosts = withBehind(rows.map((row) => hostOf(row as Record<string, string | null>)));
  const { host: pattern } = filter;
  return pattern === null ? hosts : hosts.filter(({ host }) => isLike(host, pattern));
}

const ms = (column: string): string => `CAST(floor(extract(epoch FROM ${column}) * 1000) AS text)`;

/** A host that was made anew has a new ledger: of two with one name, the one that was heard of last is meant. */
const fleetSql = `SELECT instance, deployment, environment, version, ${ms('since')} AS since, last_deployment_id, last_version,
    last_status, ${ms('last_started_at')} AS last_started_at, CAST(healthy AS text) AS healthy, ${ms('received_at')} AS received_at
FROM (SELECT h.*, row_number() OVER (PARTITION BY instance, deployment, environment ORDER BY received_at DESC, ledger_id) AS place
    FROM ${viewSchema}.hosts h
    WHERE ($1::text IS NULL OR deployment = $1) AND ($2::text IS NULL OR environment = $2)) AS named
WHERE place = 1 ORDER BY deployment, environment, instance LIMIT ${mostHosts}`;

function hostOf(row: Record<string, string | null>): FleetHost {
  const number = (text: string | null | undefined) =>
    text === null || text === undefined ? null : Number(text);
  return {
    host: row.instance ?? '',
    deployment: row.deployment ?? '',
    environment: row.environment ?? '',
    version: row.version ?? null,
    sinceMs: number(row.since),
    lastId: row.last_deployment_id ?? '',
    lastVersion: row.last_version ?? '',
    lastStatus: row.last_status ?? '',
    lastStartedMs: number(row.last_started_at) ?? 0,
    healthy: row.healthy === null || row.healthy === undefined ? null : row.healthy === '1',
    seenMs: number(row.received_at) ?? 0,
    behind: null,
  };
}
