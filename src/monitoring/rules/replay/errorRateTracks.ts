import { groupBy } from '../../../ledger/read/groupBy.ts';
import type { ErrorRateEvent } from './history.ts';
import type { Span, Steps } from './track.ts';

/** The gauge of each deployment and service: the newest deployment's alone, for a while after its start. */
export function errorRateTracks(
  rates: readonly ErrorRateEvent[],
  { judgedMs }: { judgedMs: number },
): Steps[] {
  const keyOf = ({ group }: ErrorRateEvent) =>
    JSON.stringify([group.instance, group.deployment, group.environment]);
  return [...groupBy(rates, keyOf).values()].flatMap((own) => groupTracks(own, judgedMs));
}

function groupTracks(rates: readonly ErrorRateEvent[], judgedMs: number): Steps[] {
  return rates.flatMap((rate) => {
    const isNewer = (other: ErrorRateEvent) =>
      other.startedMs > rate.startedMs ||
      (other.id === rate.id && other.service === rate.service && other.atMs > rate.atMs);
    const replacedMs = rates
      .filter(isNewer)
      .reduce((first, { atMs }) => Math.min(first, atMs), Number.POSITIVE_INFINITY);
    const span: Omit<Span, 'sinceMs'> = {
      fromMs: rate.atMs,
      toMs: Math.min(replacedMs, rate.startedMs + judgedMs),
    };
    if (span.fromMs >= span.toMs) return [];
    const { group, id, service } = rate;
    return [
      {
        labels: { ...group, deployment_id: id, service },
        changes: [span.fromMs, span.toMs],
        valueAt: (ms: number) => (ms >= span.fromMs && ms < span.toMs ? rate.rate : Number.NaN),
      },
    ];
  });
}
