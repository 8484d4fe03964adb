import type { Context } from '../context.ts';
import { versionOrder } from '../ledger/sync/versionOrder.ts';
import { type FleetHost, type VersionBehind, withBehind } from './fleetHost.ts';
import { isLike } from './isLike.ts';
import { queryAt } from './queryStore.ts';
import type { Query } from './stats/query.ts';
import type { StoreAddress } from './storeAddress.ts';
import { viewSchema } from './tables.ts';

/** What is asked for; null: every one. */
export interface FleetFilter {
  readonly deployment: string | null;
  readonly environment: string | null;
  /** A name in which `*` stands for any characters. */
  readonly host: string | null;
}

const mostHosts = 100_000;

/** The hosts by name. `timeoutMs`: for connecting, and for the answer. Throws a StoreError. */
export async function readFleet(
  context: Context,
  address: StoreAddress,
  { filter, timeoutMs }: { filter: FleetFilter; timeoutMs: number },
): Promise<FleetHost[]> {
  const limits = { connectMs: timeoutMs, statementMs: timeoutMs };
  return queryAt(context, address, (query) => fleetBy(query, filter), limits);
}

/** The same by a connection that is open. */
export async function fleetBy(query: Query, filter: FleetFilter): Promise<FleetHost[]> {
  const sites = [filter.deployment, filter.environment];
  // Both at once: the server works on the second while the rows of the first are read. They fail by the same cause.
  const listed = query(fleetSql, sites);
  const versions = query(versionsSql, sites);
  versions.catch(() => {});
  const found = (await listed).map((row) => hostOf(row as Record<string, string | null>));
  // Which versions are newer depends on all hosts.
  const hosts = withBehind(found, (await versions).map(versionOf));
  const { host: pattern } = filter;
  return pattern === null ? hosts : hosts.filter(({ host }) => isLike(host, pattern));
}

const ms = (column: string): string => `CAST(floor(extract(epoch FROM ${column}) * 1000) AS text)`;

/** A host that was made anew has a new ledger: of two with one name, the one that was heard of last is meant. */
const named = `SELECT * FROM (
    SELECT h.*, row_number() OVER (PARTITION BY instance, deployment, environment ORDER BY received_at DESC, ledger_id) AS place
    FROM ${viewSchema}.hosts h
    WHERE ($1::text IS NULL OR deployment = $1) AND ($2::text IS NULL OR environment = $2)
  ) AS known WHERE place = 1`;

const fleetSql = `SELECT instance, deployment, environment, version, ${ms('since')} AS since, last_deployment_id, last_version,
    last_status, ${ms('last_started_at')} AS last_started_at, CAST(healthy AS text) AS healthy, ${ms('received_at')} AS received_at
FROM (${named}) AS named ORDER BY deployment, environment, instance LIMIT ${mostHosts}`;

const versionsSql = `WITH hosts AS (${named}), ${versionOrder}
SELECT deployment, environment, version, behind FROM versions`;

function versionOf(row: Readonly<Record<string, unknown>>): VersionBehind {
  const { deployment, environment, version, behind } = row;
  return {
    deployment: String(deployment),
    environment: String(environment),
    version: String(version),
    behind: Number(behind),
  };
}

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
