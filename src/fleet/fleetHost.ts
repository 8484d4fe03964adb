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

/** Versions in the order in which they first came into service on any host that still runs them. */
export function withBehind(hosts: readonly FleetHost[]): FleetHost[] {
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
