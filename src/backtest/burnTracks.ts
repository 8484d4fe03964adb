import { countTracks } from './countTracks.ts';
import type { MetricEvent } from './history.ts';
import { shareTracks } from './shareTracks.ts';
import type { Steps, Track } from './track.ts';

/** The ratio of bad deployments in a long window, if it has enough deployments and the short window is above the limit too. */
export function burnTracks(asked: {
  readonly bad: readonly MetricEvent[];
  readonly all: readonly MetricEvent[];
  readonly by: readonly string[];
  readonly longMs: number;
  readonly shortMs: number;
  readonly fewest: number;
  readonly above: number;
}): Track[] {
  const { bad, all, by, longMs, shortMs, fewest, above } = asked;
  const counted = (events: readonly MetricEvent[], windowMs: number) => countTracks(events, { by, windowMs });
  const ratio = (windowMs: number) =>
    shareTracks({ part: counted(bad, windowMs), whole: counted(all, windowMs) });
  const [shortRatios, counts, bads] = [ratio(shortMs), counted(all, longMs), counted(bad, longMs)].map(
    byLabels,
  );
  return ratio(longMs).map((track) => {
    const key = JSON.stringify(track.labels);
    const [shortRatio, count] = [shortRatios?.get(key), counts?.get(key)];
    const changes = [track, shortRatio, bads?.get(key), byLabels(counted(bad, shortMs)).get(key)].flatMap(
      (one) => one?.changes ?? [],
    );
    return {
      labels: track.labels,
      changes: [...new Set(changes)].sort((one, other) => one - other),
      valueAt(ms) {
        const isFire = (shortRatio?.valueAt(ms) ?? 0) > above && (count?.valueAt(ms) ?? 0) >= fewest;
        return isFire ? track.valueAt(ms) : Number.NaN;
      },
      holds: (value) => value > above,
      worst: 'largest',
    };
  });
}

function byLabels(tracks: readonly Steps[]): Map<string, Steps> {
  return new Map(tracks.map((track) => [JSON.stringify(track.labels), track]));
}
