/**
 * The error budget that each event uses, in deployments: those of one deployment together at most one, whatever its
 * rows say. In the order of the events.
 */
export function atMostOneEach(events: readonly { readonly id: string; readonly weight: number }[]): number[] {
  const taken = new Map<string, number>();
  return events.map(({ id, weight }) => {
    const before = taken.get(id) ?? 0;
    const counted = Math.max(0, Math.min(weight, 1 - before));
    taken.set(id, before + counted);
    return counted;
  });
}
