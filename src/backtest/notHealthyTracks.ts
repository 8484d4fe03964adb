import { groupBy } from '../ledger/read/filter.ts';
import type { GroupKey } from '../model.ts';
import type { DeploymentSpan, History, VerificationEvent } from './history.ts';
import { type Span, spanTrack, type Track } from './track.ts';

/** The two halves of DeploymentNotHealthy: running and not healthy yet, or ended and still not healthy. */
export function notHealthyTracks(
  { deployments, verifications }: History,
  { afterSeconds }: { afterSeconds: number },
): Track[] {
  const verified = groupBy(verifications, keyOf);
  return [...groupBy(deployments, keyOf)].flatMap(([key, own]) => {
    const group = { deployments: own, verifications: verified.get(key) ?? [] };
    return [...runningTracks(group, afterSeconds), ...endedTracks(group, afterSeconds)];
  });
}

function keyOf({ group }: { group: GroupKey }): string {
  return JSON.stringify([group.instance, group.deployment, group.environment]);
}

interface Group {
  readonly deployments: readonly DeploymentSpan[];
  readonly verifications: readonly VerificationEvent[];
}

/** It is running, its group has health verifications, and no service has passed its latest check. */
function runningTracks({ deployments, verifications }: Group, afterSeconds: number): Track[] {
  const knownMs = verifications[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const phasesOf = groupBy(
    verifications.filter((one) => one.isPhase),
    ({ id }) => id,
  );
  return deployments.map(({ group, id, startedMs, endedMs }) => {
    const spans: Span[] = [];
    const passed = new Set<string>();
    let fromMs = Math.max(startedMs + afterSeconds * 1000, knownMs);
    for (const { atMs, service, success } of phasesOf.get(id) ?? []) {
      if (passed.size === 0) spans.push({ fromMs, toMs: Math.min(atMs, endedMs), sinceMs: startedMs });
      if (success) passed.add(service);
      else passed.delete(service);
      fromMs = Math.max(fromMs, atMs);
    }
    if (passed.size === 0) spans.push({ fromMs, toMs: endedMs, sinceMs: startedMs });
    return spanTrack({ ...group, deployment_id: id }, { spans, above: afterSeconds });
  });
}

interface Moment {
  readonly atMs: number;
  readonly change: (state: State) => void;
}

interface State {
  running: number;
  newest: DeploymentSpan | null;
  /** Start of the newest verified deployment, and the result of its latest verification. */
  verifiedMs: number;
  healthy: boolean | null;
  rolledBack: Set<string>;
}

/** Nothing is running, the latest verification failed, and the newest deployment was not rolled back. */
function endedTracks({ deployments, verifications }: Group, afterSeconds: number): Track[] {
  const [first] = deployments;
  if (first === undefined) return [];
  const state: State = {
    running: 0,
    newest: null,
    verifiedMs: Number.NEGATIVE_INFINITY,
    healthy: null,
    rolledBack: new Set(),
  };
  const moments = momentsOf({ deployments, verifications });
  const spans = moments.flatMap(({ atMs, change }, index): Span[] => {
    change(state);
    const { running, newest, healthy, rolledBack } = state;
    if (running > 0 || newest === null || healthy !== false || rolledBack.has(newest.id)) return [];
    const fromMs = Math.max(atMs, newest.startedMs + afterSeconds * 1000);
    const toMs = moments[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    return [{ fromMs, toMs, sinceMs: newest.startedMs }];
  });
  return [spanTrack({ ...first.group }, { spans, above: afterSeconds })];
}

function momentsOf({ deployments, verifications }: Group): Moment[] {
  const starts = new Map(deployments.map(({ id, startedMs }) => [id, startedMs]));
  const moments: Moment[] = deployments.flatMap((one) => [
    {
      atMs: one.startedMs,
      change: (state: State) => {
        state.running += 1;
        if (state.newest === null || one.startedMs >= state.newest.startedMs) state.newest = one;
      },
    },
    {
      atMs: one.endedMs,
      change: (state: State) => {
        state.running -= 1;
      },
    },
    { atMs: one.rolledBackMs, change: (state: State) => void state.rolledBack.add(one.id) },
  ]);
  for (const { id, atMs, success } of verifications) {
    const startedMs = starts.get(id) ?? Number.NEGATIVE_INFINITY;
    const change = (state: State) => {
      if (startedMs < state.verifiedMs) return;
      state.verifiedMs = startedMs;
      state.healthy = success;
    };
    moments.push({ atMs, change });
  }
  const known = moments.filter(({ atMs }) => Number.isFinite(atMs));
  return known.sort((one, other) => one.atMs - other.atMs);
}
