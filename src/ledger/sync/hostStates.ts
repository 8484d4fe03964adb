import { type GroupKey, isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { versionInServiceAt } from '../inService.ts';
import { everyHost, readHosts } from '../read/hosts.ts';
import type { Change } from './changes.ts';

/** What a deployment's host runs, as its ledger knows it; times as the ledger writes them. */
export interface HostState {
  readonly instance: string;
  readonly deployment: string;
  readonly environment: string;
  /** Null before anything was in service. */
  readonly version: string | null;
  readonly since: string | null;
  /** Null if all of its deployments were discarded or deleted. */
  readonly last_deployment_id: string | null;
  readonly last_version: string | null;
  readonly last_status: string | null;
  readonly last_started_at: string | null;
  /** 0 or 1, of the last verification; null before any. */
  readonly healthy: number | null;
}

/** The state of the hosts whose deployments have changed; of all, if one was deleted: its host is not known any more. */
export function hostStates(database: Database, changes: readonly Change[]): HostState[] {
  const keys = changes.filter(({ kind }) => kind === 'deployment').map(({ key }) => key);
  const changed = database
    .prepare<[string], { [Name in keyof GroupKey]: unknown } & { isDeleted: number }>(
      `SELECT DISTINCT m.deployment_id IS NULL AS isDeleted, m.instance, m.deployment, m.environment FROM json_each(?) AS k
       LEFT JOIN deployment_metrics m ON m.deployment_id = k.value`,
    )
    .all(JSON.stringify(keys));
  const hosts = changed.some(({ isDeleted }) => isDeleted === 1)
    ? readHosts(database, everyHost)
    : changed.flatMap(({ isDeleted: _, ...host }) => (isNamed(host) ? [host] : []));
  return hosts.map((host) => stateOf(database, host));
}

/** Deployments of which only marks are known have no names. */
function isNamed(host: { [Name in keyof GroupKey]: unknown }): host is GroupKey {
  return Object.values(host).every((name) => typeof name === 'string');
}

/** The state of every host that has a deployment, of as many as a page of one ledger shows. */
export function allHostStates(database: Database): HostState[] {
  const states = readHosts(database).map((host) => stateOf(database, host));
  return states.filter((one) => one.last_deployment_id !== null);
}

type Last = Pick<HostState, `last_${string}` & keyof HostState>;

const noLast: Last = {
  last_deployment_id: null,
  last_version: null,
  last_status: null,
  last_started_at: null,
};

function stateOf(database: Database, host: GroupKey): HostState {
  const last =
    database
      .prepare<[GroupKey], Last>(
        `SELECT deployment_id AS last_deployment_id, version AS last_version, deployment_status AS last_status,
           deployment_started_at AS last_started_at FROM deployment_metrics
         WHERE deployment = @deployment AND environment = @environment AND instance = @instance AND discarded = 0 AND fragment = 0
         ORDER BY deployment_started_at DESC, id DESC LIMIT 1`,
      )
      .get(host) ?? noLast;
  const inService = versionInServiceAt(database, host);
  const healthy = database
    .prepare<[string | null], number>(
      'SELECT success FROM health_verifications WHERE deployment_id = ? ORDER BY id DESC LIMIT 1',
    )
    .pluck()
    .get(last.last_deployment_id);
  return {
    ...host,
    ...last,
    version: inService?.version ?? null,
    since: inService === null || Number.isNaN(inService.sinceMs) ? null : isoTime(inService.sinceMs),
    healthy: healthy ?? null,
  };
}
