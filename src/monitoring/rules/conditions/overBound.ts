import { buckets, type HistogramName } from '../../../buckets.ts';
import { bucketOf, increaseBy, series, windowMs } from '../promql.ts';
import type { Condition } from './condition.ts';

/** At least `atLeast` measurements above the threshold in a window: all that were counted minus those in its bucket. */
export function overBound(asked: {
  readonly histogram: HistogramName;
  readonly labels?: Readonly<Record<string, string>>;
  readonly window: string;
  readonly by: readonly string[];
  readonly bound: number;
  readonly atLeast: number;
}): Condition {
  const { histogram, labels = {}, window, by, bound, atLeast } = asked;
  const matchers = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return {
    threshold: { kind: 'bound', shipped: bound, bounds: buckets[histogram] },
    unit: 'events',
    hasEnvironment: true,
    expression({ threshold, where }) {
      const all = series(`${histogram}_count`, [...matchers, where]);
      const within = series(`${histogram}_bucket`, [...matchers, bucketOf(threshold), where]);
      return [
        'round(',
        `  ${increaseBy(by, { of: all, window })}`,
        '  -',
        `  ${increaseBy(by, { of: within, window })}`,
        `) >= ${atLeast}`,
      ].join('\n');
    },
    replay: { kind: 'measured above', histogram, labels, by, windowMs: windowMs(window), atLeast },
  };
}
