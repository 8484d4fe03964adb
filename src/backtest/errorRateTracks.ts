import { groupBy } from '../ledger/read/groupBy.ts';
import type { ErrorRateEvent } from './history.ts';
import { after, type Steps } from './track.ts';

/** The gauge of each deployment and service: the newest deployment's alone, for a while after its start. */
export function errorRateTracks(
  rates: readonly ErrorRateEvent[],
  { judgedMs }: { judgedMs: number },
): Steps[] {
  const keyOf = ({ group }: ErrorRateEvent) =>
    JSON.stringify([group.instance, group.deployment, group.environment]);
  return [...groupBy(rates, keyOf).values()].flatMap((own) => groupTracks(own, judgedMs));
}

/** Each rate stands until the next one of its service, or the first of a newer deployment. */
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

/** Of a newest one. */
const newestMs = Number.POSITIVE_INFINITY;

/** When a deployment that started later than a moment first had a rate. */
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
