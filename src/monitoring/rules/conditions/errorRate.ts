import { series } from '../promql.ts';
import { errorRateTracks } from '../replay/errorRateTracks.ts';
import type { Condition } from './condition.ts';
import { oneDeployment } from './running.ts';

/** A gauge stays on a Pushgateway forever: after this time it no longer says anything about the deployment. */
const judgedSeconds = 3600;

/** An error rate above the threshold within the hour after the start of its deployment. */
export function errorRateAbove(ratio: number): Condition {
  return {
    figure: { kind: 'ratio', shipped: ratio },
    unit: 'ratio',
    hasEnvironment: true,
    expression: ({ figure, where }) =>
      [
        `max by (${oneDeployment}, service) (${series('post_deployment_error_rate', [where])}) > ${figure}`,
        `and on (${oneDeployment})`,
        `(time() - ${series('deployment_recent_start_timestamp_seconds', [where])} < ${judgedSeconds})`,
      ].join('\n'),
    replay: (history, figure) =>
      errorRateTracks(history.errorRates, { judgedMs: judgedSeconds * 1000 }).map((track) => ({
        ...track,
        holds: (rate) => rate > figure,
        worst: 'largest',
      })),
  };
}
