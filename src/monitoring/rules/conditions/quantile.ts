import { buckets, type HistogramName } from '../../../buckets.ts';
import { increaseBy, series, windowMs } from '../promql.ts';
import type { Condition } from './condition.ts';

const by = ['deployment', 'environment'];

/** The p95 of what was measured in a window, per deployment and environment. */
export function p95Expression({ histogram, window }: P95, where = ''): string {
  const within = increaseBy(['le', ...by], { of: series(`${histogram}_bucket`, [where]), window });
  return `histogram_quantile(0.95, ${within})`;
}

export interface P95 {
  readonly histogram: HistogramName;
  readonly window: string;
}

/** A p95 above the threshold; `recorded` names the recording rule to query. */
export function p95Above(p95: P95, { above, recorded }: { above: number; recorded?: string }): Condition {
  const { histogram, window } = p95;
  return {
    // A quantile is never above the last bound, so that threshold would never fire.
    threshold: { kind: 'bound', shipped: above, bounds: buckets[histogram].slice(0, -1) },
    unit: 'seconds',
    hasEnvironment: true,
    expression: ({ threshold, where }) =>
      recorded === undefined
        ? `${p95Expression(p95, where)} > ${threshold}`
        : `${series(recorded, [where])} > ${threshold}`,
    replay: { kind: 'p95', histogram, by, windowMs: windowMs(window) },
  };
}
