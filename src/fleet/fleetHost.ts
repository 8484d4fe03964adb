import type { HostState } from '../ledger/sync/hostStates.ts';

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

/** When a version first came into service on any host, Unix ms. */
export interface VersionFirst extends Pick<FleetHost, 'deployment' | 'environment'> {
  readonly version: string;
  readonly firstMs: number;
}

const siteOf = ({ deployment, environment }: Pick<FleetHost, 'deployment' | 'environment'>): string =>
  JSON.stringify([deployment, environment]);

/** Whether hosts of the same deployment and environment run different versions. */
export function runSeveralVersions(hosts: readonly FleetHost[]): boolean {
  const versions = new Map<string, string>();
  return hosts.some((one) => {
    if (one.version === null) return false;
    const other = versions.get(siteOf(one)) ?? one.version;
    versions.set(siteOf(one), other);
    return other !== one.version;
  });
}

/**
 * Versions in the order in which they first came into service. What runs since a rollback, or on a new host, began before:
 * `firsts` has when; without it, the time since which any host runs the version counts.
 */
export function withBehind(hosts: readonly FleetHost[], firsts: readonly VersionFirst[] = []): FleetHost[] {
  const known = new Map<string, Map<string, number>>();
  const note = (site: string, version: string, atMs: number) => {
    const versions = known.get(site) ?? new Map<string, number>();
    known.set(site, versions);
    versions.set(version, Math.min(atMs, versions.get(version) ?? atMs));
  };
  for (const one of hosts)
    if (one.version !== null && one.sinceMs !== null) note(siteOf(one), one.version, one.sinceMs);
  for (const first of firsts)
    if (known.get(siteOf(first))?.has(first.version)) note(siteOf(first), first.version, first.firstMs);
  return hosts.map((one) => {
    const versions = known.get(siteOf(one));
    const own = one.version === null ? undefined : versions?.get(one.version);
    if (own === undefined) return one;
    return { ...one, behind: [...(versions?.values() ?? [])].filter((first) => first > own).length };
  });
}

/** A host as its own ledger knows it. */
export function hostOfLedger(state: HostState): FleetHost {
  const startedMs = Date.parse(state.last_started_at ?? '');
  return {
    host: state.instance,
    deployment: state.deployment,
    environment: state.environment,
    version: state.version,
    sinceMs: state.since === null ? null : Date.parse(state.since),
    lastId: state.last_deployment_id ?? '',
    lastVersion: state.last_version ?? '',
    lastStatus: state.last_status ?? '',
    lastStartedMs: startedMs,
    healthy: state.healthy === null ? null : state.healthy === 1,
    seenMs: startedMs,
    behind: null,
  };
}
