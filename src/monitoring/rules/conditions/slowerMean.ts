import type { HistogramName } from '../../../buckets.ts';
import { increaseBy, series } from '../promql.ts';
import type { Condition } from './condition.ts';

const by = ['deployment', 'environment', 'service', 'stage'];
/** Seconds: a smaller difference does not count, whatever the ratio. */
const leastMore = 5;
/** One slow run is not yet a slower phase. */
const leastRuns = 2;

/**
 * The mean of a day above a multiple of the mean of 30 days, and of at least two runs. Not the p95: between two bounds of a
 * histogram it does not see a change. It is not replayed: `stats --regressions` judges the same runs, each by its own past.
 */
export function meanAboveUsual({ histogram, times }: { histogram: HistogramName; times: number }): Condition {
  return {
    threshold: { kind: 'multiple', shipped: times },
    unit: 'seconds',
    hasEnvironment: true,
    expression({ threshold, where }) {
      const [day, usual] = ['1d', '30d'].map((window) => {
        const of = (part: string) => increaseBy(by, { of: series(`${histogram}_${part}`, [where]), window });
        return { runs: of('count'), mean: `${of('sum')}\n  /\n  ${of('count')}` };
      }) as [Means, Means];
      return [
        `(\n  ${day.mean}\n) > ${threshold} * (\n  ${usual.mean}\n)`,
        `(\n  ${day.mean}\n) - (\n  ${usual.mean}\n) > ${leastMore}`,
        `round(${day.runs}) >= ${leastRuns}`,
      ].join('\nand\n');
    },
    replay: null,
  };
}

interface Means {
  readonly runs: string;
  readonly mean: string;
}
