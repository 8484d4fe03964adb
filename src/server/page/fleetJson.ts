import type { FleetHost } from '../../fleet/fleetHost.ts';
import type { Database } from '../../ledger/file/addon.ts';
import type { ListFilter } from '../../ledger/read/listFilter.ts';
import { rolloutDeployments } from '../../ledger/read/rollouts.ts';
import { idInSlice } from '../../ledger/sync/slicedIds.ts';
import { isoTime } from '../../model.ts';
import type { FleetPage, HostJson, HostState } from '../fleetApi.ts';
import { rolloutsJson } from './rolloutsJson.ts';

/** More are found by narrowing the scope. */
const mostListed = 500;

const states: Readonly<Record<HostState, (one: FleetHost) => boolean>> = {
  behind: ({ behind }) => behind !== null && behind > 0,
  failed: ({ lastStatus }) => lastStatus === 'failed',
  running: ({ lastStatus }) => lastStatus === 'in-progress',
  unhealthy: ({ healthy }) => healthy === false,
};

/** The hosts of a scope, those that are furthest behind first, and the rollouts of its period. */
export function fleetJson(
  database: Database,
  {
    hosts,
    scope,
    state,
  }: { readonly hosts: readonly FleetHost[]; readonly scope: ListFilter; readonly state: string | null },
): FleetPage {
  const inScope = hosts.filter(matcherOf(scope));
  const isAsked = Object.entries(states).find(([name]) => name === state)?.[1] ?? (() => true);
  const found = inScope
    .filter(isAsked)
    .sort((one, other) => (other.behind ?? 0) - (one.behind ?? 0) || compare(one.host, other.host));
  const count = (is: (one: FleetHost) => boolean) => inScope.filter(is).length;
  const known = new Map<string, number>();
  for (const one of hosts) known.set(siteOf(one), (known.get(siteOf(one)) ?? 0) + 1);
  const { deployment, environment, host, sinceMs, untilMs } = scope;
  return {
    hosts: found.slice(0, mostListed).map((one) => hostJson(database, one)),
    found: found.length,
    counts: {
      all: inScope.length,
      behind: count(states.behind),
      failed: count(states.failed),
      running: count(states.running),
      unhealthy: count(states.unhealthy),
    },
    rollouts: rolloutsJson(
      rolloutDeployments(database, { deployment, environment, host, sinceMs, untilMs }),
      (site) => known.get(siteOf(site)) ?? 0,
    ),
  };
}

function matcherOf({ deployment, environment, host, search }: ListFilter): (one: FleetHost) => boolean {
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (one) => {
    const text = `${one.host} ${one.version ?? ''} ${one.lastVersion}`.toLowerCase();
    return (
      (deployment === undefined || one.deployment === deployment) &&
      (environment === undefined || one.environment === environment) &&
      (host === undefined || one.host === host) &&
      words.every((word) => text.includes(word))
    );
  };
}

function hostJson(database: Database, one: FleetHost): HostJson {
  const { host, deployment, environment, version, behind, healthy } = one;
  const named = `${one.lastId}@${host}`;
  return {
    host,
    deployment,
    environment,
    version,
    since: one.sinceMs === null ? null : isoTime(one.sinceMs),
    behind,
    healthy,
    last: {
      id: idInSlice(database, named) ?? one.lastId,
      version: one.lastVersion,
      status: one.lastStatus,
      started_at: isoTime(one.lastStartedMs),
    },
    heard_at: isoTime(one.seenMs),
  };
}

function siteOf({ deployment, environment }: { deployment: string; environment: string }): string {
  return JSON.stringify([deployment, environment]);
}

/** Numbers within names in their order: web-2 before web-10. */
const { compare } = new Intl.Collator('en', { numeric: true });
