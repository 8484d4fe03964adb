import type { Context } from '../context.ts';
import { connect } from './connect.ts';
import type { Query } from './stats/query.ts';
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

/** A host and one deployment on it. Times are Unix ms. */
export interface FleetHost {
  readonly host: string;
  readonly deployment: string;
  readonly environment: string;
  /** In service; null before anything was. */
  readonly version: string | null;
  readonly sinceMs: number | null;
  readonly lastId: string;
  readonly lastVersion: string;
  readonly lastStatus: string;
  readonly lastStartedMs: number;
  readonly healthy: boolean | null;
  /** When the store last heard of it, by the clock of the store. */
  readonly seenMs: number;
  /** How many versions came later than its own on other hosts of the same deployment and environment; null: unknown. */
  readonly behind: number | null;
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
    return await fleetBy(
      async (text, values) => (await connection.query(text, { values, timeoutMs })).rows,
      filter,
    );
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
  const wanted = filter.host === null ? null : patternOf(filter.host);
  return wanted === null ? hosts : hosts.filter(({ host }) => wanted.test(host));
}

const ms = (column: string): string => `CAST(floor(extract(epoch FROM ${column}) * 1000) AS text)`;

/** A host that was made anew has a new ledger: of two with one name, the one that was heard of last is meant. */
const fleetSql = `SELECT instance, deployment, environment, version, ${ms('since')} AS since, last_deployment_id, last_version,
    last_status, ${ms('last_started_at')} AS last_started_at, CAST(healthy AS text) AS healthy, ${ms('received_at')} AS received_at
FROM (SELECT h.*, row_number() OVER (PARTITION BY instance, deployment, environment ORDER BY received_at DESC, ledger_id) AS place
    FROM ${viewSchema}.hosts h
    WHERE ($1::text IS NULL OR deployment = $1) AND ($2::text IS NULL OR environment = $2)) AS named
WHERE place = 1 ORDER BY deployment, environment, instance LIMIT ${mostHosts}`;

function patternOf(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is');
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

/** Versions in the order in which they first came into service on any host that still runs them. */
function withBehind(hosts: readonly FleetHost[]): FleetHost[] {
  const firsts = new Map<string, Map<string, number>>();
  const siteOf = ({ deployment, environment }: FleetHost) => JSON.stringify([deployment, environment]);
  for (const one of hosts) {
    if (one.version === null || one.sinceMs === null) continue;
    const versions = firsts.get(siteOf(one)) ?? new Map<string, number>();
    firsts.set(siteOf(one), versions);
    versions.set(one.version, Math.min(one.sinceMs, versions.get(one.version) ?? one.sinceMs));
  }
  return hosts.map((one) => {
    const versions = firsts.get(siteOf(one));
    const own = one.version === null ? undefined : versions?.get(one.version);
    if (own === undefined) return one;
    return { ...one, behind: [...(versions?.values() ?? [])].filter((first) => first > own).length };
  });
}
