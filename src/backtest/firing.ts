import type { Track } from './track.ts';

/** A period in which an alert would have fired. */
export interface Firing {
  readonly labels: Readonly<Record<string, string>>;
  readonly fromMs: number;
  /** Infinity if no known event ends it. */
  readonly toMs: number;
  /** The worst value while it fired. */
  readonly value: number;
}

/** The periods in which a track holds for longer than `forSeconds`, ordered by time. */
export function firingsOf(
  track: Track,
  { forSeconds, fromMs, untilMs }: { forSeconds: number; fromMs: number; untilMs: number },
): Firing[] {
  return heldStretches(track).flatMap(({ fromMs: heldMs, toMs }) => {
    const firedMs = heldMs + forSeconds * 1000;
    if (firedMs >= toMs || firedMs > untilMs || toMs <= fromMs) return [];
    const shown = { fromMs: firedMs, toMs: toMs > untilMs ? Number.POSITIVE_INFINITY : toMs };
    return [{ labels: track.labels, ...shown, value: worstOf(track, { ...shown, untilMs }) }];
  });
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Periods in which the condition holds without interruption. */
function heldStretches({ changes, valueAt, holds }: Track): Stretch[] {
  const stretches: Stretch[] = [];
  let fromMs: number | null = null;
  for (const ms of changes) {
    const value = valueAt(ms);
    const isHeld = !Number.isNaN(value) && holds(value);
    if (isHeld) fromMs ??= ms;
    else if (fromMs !== null) {
      stretches.push({ fromMs, toMs: ms });
      fromMs = null;
    }
  }
  if (fromMs !== null) stretches.push({ fromMs, toMs: Number.POSITIVE_INFINITY });
  return stretches;
}

function worstOf(
  { changes, valueAt, worst }: Track,
  { fromMs, toMs, untilMs }: Stretch & { untilMs: number },
): number {
  const lastMs = Math.min(toMs - 1, untilMs);
  const values = [fromMs, ...changes.filter((ms) => ms > fromMs && ms <= lastMs), lastMs].map(valueAt);
  return values.reduce((one, other) => (worst === 'largest' ? Math.max(one, other) : Math.min(one, other)));
}
