import type { Steps } from './track.ts';

/** Part divided by whole, per set of labels; 0/0 is NaN. */
export function shareTracks({ part, whole }: { part: readonly Steps[]; whole: readonly Steps[] }): Steps[] {
  const parts = new Map(part.map((track) => [JSON.stringify(track.labels), track]));
  return whole.map((all) => {
    const own = parts.get(JSON.stringify(all.labels));
    return { ...all, valueAt: (ms) => (own?.valueAt(ms) ?? 0) / all.valueAt(ms) };
  });
}
