import type { Site } from '../ledger/read/endedSites.ts';
import type { DeploymentStatus } from '../model.ts';
import type { Overview } from './api.ts';

/** The responses of `/api` about several hosts: types of the server and of the web UI, as those in `api.ts`. */

/** A host and one deployment on it. */
export interface HostJson extends Site {
  readonly host: string;
  /** In service; null before anything was. */
  readonly version: string | null;
  readonly since: string | null;
  /** How many versions are newer than its own; null: unknown. */
  readonly behind: number | null;
  readonly healthy: boolean | null;
  readonly last: Readonly<Record<'id' | 'version' | 'status' | 'started_at', string>>;
  readonly heard_at: string;
}

export type HostState = 'behind' | 'failed' | 'running' | 'unhealthy';

/** Deployments of one version on the hosts of a site. */
export interface RolloutJson extends Site {
  readonly version: string;
  /** How many hosts the site has. */
  readonly known: number;
  readonly done: number;
  readonly failed: number;
  readonly rolled_back: number;
  readonly running: number;
  readonly first_at: string;
  /** Null while one is running. */
  readonly last_at: string | null;
  readonly slowest: { readonly id: string | null; readonly host: string; readonly seconds: number } | null;
}

/** `/api/fleet`: hosts, and the recent rollouts to them. */
export interface FleetPage {
  readonly hosts: readonly HostJson[];
  /** How many match; more than are listed if there are very many. */
  readonly found: number;
  /** Of the scope, whatever state is asked for. */
  readonly counts: Readonly<Record<HostState | 'all', number>>;
  readonly rollouts: readonly RolloutJson[];
}

export interface RolloutHostJson {
  readonly host: string;
  readonly id: string | null;
  readonly status: DeploymentStatus | 'rolled-back';
  readonly started_at: string;
  readonly total: number | null;
  readonly error: string | null;
}

/** `/api/rollout`: one rollout; null if there is none. */
export interface RolloutPage extends Pick<Overview, 'sample' | 'store'> {
  /** The clock of the server. */
  readonly now: string;
  readonly rollout: RolloutJson;
  /** What needs attention first, then the slowest. */
  readonly hosts: readonly RolloutHostJson[];
  /** How many are not listed. */
  readonly more: number;
  /** Hosts of the site without this version. */
  readonly waiting: readonly { readonly host: string; readonly version: string | null }[];
  /** How many of those are not listed. */
  readonly more_waiting: number;
  readonly phases: readonly {
    readonly stage: string;
    readonly median: number;
    readonly slowest: NonNullable<RolloutJson['slowest']>;
  }[];
}
