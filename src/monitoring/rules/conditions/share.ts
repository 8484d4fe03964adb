import { increaseBy, series, windowMs } from '../promql.ts';
import type { Condition } from './condition.ts';

const by = ['deployment', 'environment'];

export interface Share {
  readonly metric: string;
  /** The label value of the good ones. */
  readonly good: string;
  readonly window: string;
}

/** The ratio of good ones among all that were counted in a window. */
export function shareExpression({ metric, good, window }: Share, where = ''): string {
  const goodOnes = increaseBy(by, { of: series(metric, [`status="${good}"`, where]), window });
  return `${goodOnes}\n/\n${increaseBy(by, { of: series(metric, [where]), window })}`;
}

/** A ratio below the threshold; `recorded` names the recording rule to query. If nothing was counted it is 0/0, which never fires. */
export function shareBelow(
  share: Share,
  { below, recorded }: { below: number; recorded?: string },
): Condition {
  const { metric, good, window } = share;
  return {
    threshold: { kind: 'ratio', shipped: below },
    unit: 'ratio',
    hasEnvironment: true,
    expression: ({ threshold, where }) =>
      recorded === undefined
        ? `(\n${shareExpression(share, where)}\n) < ${threshold}`
        : `${series(recorded, [where])} < ${threshold}`,
    replay: { kind: 'share', metric, good, by, windowMs: windowMs(window) },
  };
}
