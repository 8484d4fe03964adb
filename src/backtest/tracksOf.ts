import { buckets } from '../buckets.ts';
import type { Replay } from '../monitoring/rules/conditions/condition.ts';
import { burnTracks } from './burnTracks.ts';
import { countTracks } from './countTracks.ts';
import { errorRateTracks } from './errorRateTracks.ts';
import type { History } from './history.ts';
import { notHealthyTracks } from './notHealthyTracks.ts';
import { quantileTracks } from './quantileTracks.ts';
import { shareTracks } from './shareTracks.ts';
import { type Steps, spanTrack, type Track } from './track.ts';

/** The values of an alert's condition over a history, compared with `threshold` (in the unit of the condition). */
export function tracksOf(
  replay: Replay,
  { history, threshold }: { history: History; threshold: number },
): Track[] {
  switch (replay.kind) {
    case 'increase': {
      const counts = countTracks(history.eventsOf(replay.metric, replay.labels), replay);
      const holds = replay.isReached
        ? (count: number) => count > 0 && count >= threshold
        : (count: number) => count > threshold;
      return counts.map(largest(holds));
    }
    case 'measured above': {
      const above = history
        .eventsOf(replay.histogram, replay.labels)
        .filter(({ amount }) => amount > threshold);
      const ones = above.map((event) => ({ ...event, amount: 1 }));
      return countTracks(ones, replay).map(largest((count) => count >= replay.atLeast));
    }
    case 'p95': {
      const asked = { ...replay, bounds: buckets[replay.histogram] };
      const tracks = quantileTracks(history.eventsOf(replay.histogram, {}), asked);
      return tracks.map(largest((seconds) => seconds > threshold));
    }
    case 'share': {
      const count = (labels: Readonly<Record<string, string>>) =>
        countTracks(history.eventsOf(replay.metric, labels), replay);
      const tracks = shareTracks({ part: count({ status: replay.good }), whole: count({}) });
      return tracks.map((track) => ({ ...track, holds: (share) => share < threshold, worst: 'smallest' }));
    }
    case 'burn rate':
      return burnTracks({
        ...replay,
        bad: history.eventsOf(replay.bad, {}),
        all: history.eventsOf(replay.all, {}),
        above: threshold * replay.allowedBad,
      });
    case 'error rate':
      return errorRateTracks(history.errorRates, replay).map(largest((rate) => rate > threshold));
    case 'not healthy':
      return notHealthyTracks(history, { afterSeconds: threshold });
    case 'running':
      return history.deployments.map(({ group, id, startedMs, endedMs }) => {
        const span = { fromMs: startedMs + threshold * 1000, toMs: endedMs, sinceMs: startedMs };
        return spanTrack({ ...group, deployment_id: id }, { spans: [span], above: threshold });
      });
  }
}

/** A track that reports its largest value. */
function largest(holds: Track['holds']): (steps: Steps) => Track {
  return (steps) => ({ ...steps, holds, worst: 'largest' });
}
