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
  /** How many versions newer than its own run on other hosts of the same deployment and environment; null: unknown. */
  readonly behind: number | null;
}

/** A version that a host runs, and how many of the others are newer. */
export interface VersionBehind extends Pick<FleetHost, 'deployment' | 'environment'> {
  readonly version: string;
  readonly behind: number;
}

const siteOf = ({ deployment, environment }: Pick<FleetHost, 'deployment' | 'environment'>): string =>
  JSON.stringify([deployment, environment]);

/** The hosts with how far each is behind; unknown for those without a version, or with one that is not listed. */
export function withBehind(hosts: readonly FleetHost[], versions: readonly VersionBehind[]): FleetHost[] {
  const keyOf = (one: Pick<FleetHost, 'deployment' | 'environment' | 'version'>) =>
    JSON.stringify([one.deployment, one.environment, one.version]);
  const known = new Map(versions.map((one) => [keyOf(one), one.behind]));
  return hosts.map((one) => ({ ...one, behind: known.get(keyOf(one)) ?? null }));
}

function grouped<One>(all: readonly One[], keyOf: (one: One) => string): Map<string, One[]> {
  const groups = new Map<string, One[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Versions by when they came into service: on the second host, or on the first if there are fewer than three. */
export function versionsBySince(hosts: readonly FleetHost[]): VersionBehind[] {
  const running = hosts.flatMap(({ version, sinceMs, ...one }) =>
    version === null || sinceMs === null ? [] : [{ ...one, version, sinceMs }],
  );
  return [...grouped(running, siteOf).values()].flatMap((ofSite) => {
    const versions = [...grouped(ofSite, ({ version }) => version)].map(([version, ones]) => {
      const times = ones.map(({ sinceMs }) => sinceMs).sort((one, other) => one - other);
      return { version, atMs: times[times.length > 2 ? 1 : 0] ?? 0 };
    });
    const [{ deployment, environment } = { deployment: '', environment: '' }] = ofSite;
    return versions.map(({ version, atMs }) => ({
      deployment,
      environment,
      version,
      behind: versions.filter((other) => other.atMs > atMs).length,
    }));
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
