import type { RunningJson } from '../server/api.ts';

/** One phase of a deployment in progress. */
export interface Piece {
  readonly stage: string;
  readonly state: 'done' | 'failed' | 'running' | 'to-come';
  /** Seconds until now; null before it began. */
  readonly took: number | null;
  readonly usual: number | null;
  /** How wide it is drawn. */
  readonly weight: number;
  /** 0 to 1: how much of it is done. */
  readonly share: number;
}

/** The phases that are over, the ones that run, and those that usually follow. */
export function progressOf({ phases, usual_phases: usual }: RunningJson, now: Date): Piece[] {
  const usualOf = new Map(usual.map(({ stage, seconds }) => [stage, seconds]));
  const latest = new Map(phases.map((phase) => [phase.stage, phase]));
  const longest = Math.max(1, ...usualOf.values());
  const begun = [...latest.values()].map((phase): Piece => {
    const isOver = phase.status !== 'running';
    const took = isOver ? phase.seconds : (now.getTime() - Date.parse(phase.started_at)) / 1000;
    const usually = usualOf.get(phase.stage) ?? null;
    return {
      stage: phase.stage,
      state: phase.status === 'failed' ? 'failed' : isOver ? 'done' : 'running',
      took,
      usual: usually,
      weight: Math.max(usually ?? took ?? 0, longest / 20),
      share: isOver
        ? 1
        : usually === null || took === null
          ? 0.5
          : Math.min(0.97, took / Math.max(usually, 0.001)),
    };
  });
  const toCome = usual
    .filter(({ stage }) => !latest.has(stage))
    .map(({ stage, seconds }): Piece => {
      const weight = Math.max(seconds, longest / 20);
      return { stage, state: 'to-come', took: null, usual: seconds, weight, share: 0 };
    });
  return [...begun, ...toCome];
}
