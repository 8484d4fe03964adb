import type { RolloutDeployment } from '../../ledger/read/rollouts.ts';
import type { RolloutJson } from '../fleetApi.ts';

/** How many hosts a site has. */
export type KnownHosts = (site: { deployment: string; environment: string }) => number;

const mostRollouts = 20;

/** The rollouts of deployments that are sorted newest first: the one that went on last is the first. */
export function rolloutsJson(deployments: readonly RolloutDeployment[], known: KnownHosts): RolloutJson[] {
  const rollouts = new Map<string, RolloutDeployment[]>();
  for (const one of deployments) {
    const key = JSON.stringify([one.deployment, one.environment, one.version]);
    const all = rollouts.get(key);
    if (all !== undefined) all.push(one);
    else if (rollouts.size < mostRollouts) rollouts.set(key, [one]);
  }
  return [...rollouts.values()].flatMap((all) => rolloutJson(all, known) ?? []);
}

/** Null of none. */
export function rolloutJson(all: readonly RolloutDeployment[], known: KnownHosts): RolloutJson | null {
  const [newest] = all;
  if (newest === undefined) return null;
  const { deployment, environment, version } = newest;
  const count = (wanted: RolloutDeployment['status']) => all.filter(({ status }) => status === wanted).length;
  const [failed, rolledBack, running] = [count('failed'), count('rolled-back'), count('in-progress')];
  const ends = all.map((one) => one.completedAt ?? one.startedAt);
  return {
    deployment,
    environment,
    version,
    known: Math.max(known({ deployment, environment }), all.length),
    done: all.length - failed - rolledBack - running,
    failed,
    rolled_back: rolledBack,
    running,
    first_at: all.at(-1)?.startedAt ?? newest.startedAt,
    last_at: running > 0 ? null : ends.reduce((last, one) => (one > last ? one : last)),
    slowest: slowestOf(all.map(({ id, host, totalSeconds }) => ({ id, host, seconds: totalSeconds }))),
  };
}

interface Timed {
  readonly id: string | null;
  readonly host: string;
  readonly seconds: number | null;
}

/** Null if none has a duration. */
export function slowestOf(all: readonly Timed[]): RolloutJson['slowest'] {
  let slowest: RolloutJson['slowest'] = null;
  for (const { id, host, seconds } of all)
    if (seconds !== null && seconds > (slowest?.seconds ?? -1)) slowest = { id, host, seconds };
  return slowest;
}
