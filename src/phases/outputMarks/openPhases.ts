import type { Instant } from '../../model.ts';
import { secondsBetween } from '../../model.ts';

/** When a mark was made: on the clock of the host that printed it if that is plausible, and when it arrived. */
export interface Times {
  readonly arrived: Instant;
  /** Null if the line carries no time, or one that cannot be right. */
  readonly remote: Instant | null;
}

/** A run that the output has begun and not ended yet. */
export interface OpenPhase {
  readonly stage: string;
  readonly runId: string;
  readonly times: Times;
}

/** The newest first, as `phase end` takes them; a run is only ended by the output that has begun it. */
export function openPhases() {
  const open: OpenPhase[] = [];
  return {
    begin: (phase: OpenPhase) => void open.unshift(phase),
    end(stage: string): OpenPhase | null {
      const at = open.findIndex((phase) => phase.stage === stage);
      return at === -1 ? null : (open.splice(at, 1)[0] ?? null);
    },
    rest: (): OpenPhase[] => open.splice(0),
  };
}

/** The clocks of two hosts differ at most by this. */
const skewMs = 60_000;

/** Plausible: not before the command was started, and not after the line has arrived. */
export function timesOf(
  atMs: number | null,
  { since, arrived }: { since: Instant; arrived: Instant },
): Times {
  const isPlausible = atMs !== null && atMs >= since.wallMs - skewMs && atMs <= arrived.wallMs + skewMs;
  return { arrived, remote: isPlausible ? { wallMs: atMs, monotonicSeconds: null, boot: null } : null };
}

/** When and how long: two times of one clock are compared, never those of two. */
export function lengthOf(
  began: Times,
  ended: Times,
): { at: Instant; durationSeconds: number; clock: 'remote' | 'monotonic' | 'wall' | 'backwards' } {
  const at = ended.remote ?? ended.arrived;
  if (began.remote !== null && ended.remote !== null && ended.remote.wallMs >= began.remote.wallMs) {
    const { seconds } = secondsBetween(began.remote, ended.remote);
    return { at, durationSeconds: seconds, clock: 'remote' };
  }
  const { seconds, clock } = secondsBetween(began.arrived, ended.arrived);
  return { at, durationSeconds: seconds, clock };
}
