import { groupBy } from '../ledger/read/filter.ts';
import type { ErrorRateEvent } from './history.ts';
import { after, type Steps } from './track.ts';

/** The gauge of each deployment and service: only of the newest deployment, and for a limited time after its start. */
export function errorRateTracks(
  rates: readonly ErrorRateEvent[],
  { judgedMs }: { judgedMs: number },
): Steps[] {
  const keyOf = ({ group }: ErrorRateEvent) =>
    JSON.stringify([group.instance, group.deployment, group.environment]);
  return [...groupBy(rates, keyOf).values()].flatMap((own) => groupTracks(own, judgedMs));
}

/** Each rate is valid until the next one of its service, or until the first one of a newer deployment. */
function groupTracks(rates: readonly ErrorRateEvent[], judgedMs: number): Steps[] {
  const newerMs = firstOfNewer(rates);
  const nextMs = nextOfService(rates);
  return rates.flatMap((rate) => {
    const { group, id, service, startedMs, atMs: fromMs } = rate;
    const toMs = Math.min(newerMs(startedMs), nextMs.get(rate) ?? newestMs, startedMs + judgedMs);
    if (fromMs >= toMs) return [];
    return [
      {
        labels: { ...group, deployment_id: id, service },
        changes: [fromMs, toMs],
        valueAt: (ms: number) => (ms >= fromMs && ms < toMs ? rate.rate : Number.NaN),
      },
    ];
  });
}

/** There is no newer deployment. */
const newestMs = Number.POSITIVE_INFINITY;

/** The first time at which a deployment that started after a moment had a rate. */
function firstOfNewer(rates: readonly ErrorRateEvent[]): (startedMs: number) => number {
  const byStart = [...rates].sort((one, other) => one.startedMs - other.startedMs);
  const firstMs = [newestMs];
  for (const { atMs } of [...byStart].reverse()) firstMs.push(Math.min(atMs, firstMs.at(-1) ?? newestMs));
  const at = (index: number) => byStart[index]?.startedMs ?? newestMs;
  return (startedMs) => firstMs[byStart.length - after(startedMs, { count: byStart.length, at })] ?? newestMs;
}

function nextOfService(rates: readonly ErrorRateEvent[]): Map<ErrorRateEvent, number> {
  const next = new Map<ErrorRateEvent, number>();
  for (const own of groupBy(rates, ({ id, service }) => JSON.stringify([id, service])).values())
    for (const [index, rate] of own.entries()) {
      const later = own.find(({ atMs }, place) => place > index && atMs > rate.atMs);
      if (later !== undefined) next.set(rate, later.atMs);
    }
  return next;
}
