import type { FleetHost } from '../../fleet/fleetHost.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { type RolloutDeployment, rolloutDeployments, rolloutPhases } from '../../ledger/read/rollouts.ts';
import { quantiles } from '../../ledger/read/summary.ts';
import type { RolloutPage } from '../fleetApi.ts';
import { rolloutJson, slowestOf } from './rolloutsJson.ts';

const mostListed = 500;

/** What needs attention first. */
const order: Readonly<Record<RolloutDeployment['status'], number>> = {
  failed: 0,
  'rolled-back': 1,
  'in-progress': 2,
  warning: 3,
  success: 4,
};

/** One rollout with its hosts; null if no deployment belongs to it. */
export function rolloutPageJson(
  database: Database,
  {
    hosts,
    ...asked
  }: {
    readonly deployment: string;
    readonly environment: string;
    readonly version: string;
    readonly hosts: readonly FleetHost[];
  },
): Omit<RolloutPage, 'now'> | null {
  const { deployment, environment, version } = asked;
  const all = rolloutDeployments(database, { deployment, environment, exactly: version });
  const ofSite = hosts.filter((one) => one.deployment === deployment && one.environment === environment);
  const rollout = rolloutJson(all, () => ofSite.length);
  if (rollout === null) return null;
  const sorted = [...all].sort(
    (one, other) =>
      order[one.status] - order[other.status] || (other.totalSeconds ?? 0) - (one.totalSeconds ?? 0),
  );
  const reached = new Set(all.map(({ host }) => host));
  const waiting = ofSite.filter(({ host, version: own }) => own !== version && !reached.has(host));
  return {
    rollout,
    hosts: sorted.slice(0, mostListed).map(({ host, id, status, startedAt, totalSeconds, error }) => ({
      host,
      id,
      status,
      started_at: startedAt,
      total: totalSeconds,
      error,
    })),
    more: Math.max(0, all.length - mostListed),
    waiting: waiting.slice(0, mostListed).map(({ host, version: own }) => ({ host, version: own })),
    more_waiting: Math.max(0, waiting.length - mostListed),
    phases: phasesJson(database, all),
  };
}

function phasesJson(database: Database, all: readonly RolloutDeployment[]): RolloutPage['phases'] {
  const hosts = new Map(all.map(({ id, host }) => [id, host]));
  const phases = new Map<string, { id: string; host: string; seconds: number }[]>();
  for (const { stage, id, seconds } of rolloutPhases(
    database,
    [...hosts.keys()].flatMap((id) => id ?? []),
  )) {
    const runs = phases.get(stage) ?? [];
    phases.set(stage, runs);
    runs.push({ id, host: hosts.get(id) ?? '', seconds });
  }
  return [...phases].flatMap(([stage, runs]) => {
    const { median } = quantiles(runs.map(({ seconds }) => seconds));
    const slowest = slowestOf(runs);
    return median === null || slowest === null ? [] : [{ stage, median, slowest }];
  });
}
