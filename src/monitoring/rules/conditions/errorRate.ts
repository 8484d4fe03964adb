import { series } from '../promql.ts';
import type { Condition } from './condition.ts';
import { oneDeployment } from './running.ts';

/** A gauge stays on a Pushgateway forever: after this time it no longer says anything about the deployment. */
const judgedSeconds = 3600;

/** An error rate above the threshold within the hour after the start of its deployment. */
export function errorRateAbove(ratio: number): Condition {
  return {
    threshold: { kind: 'ratio', shipped: ratio },
    unit: 'ratio',
    hasEnvironment: true,
    expression: ({ threshold, where }) =>
      [
        `max by (${oneDeployment}, service) (${series('post_deployment_error_rate', [where])}) > ${threshold}`,
        `and on (${oneDeployment})`,
        `(time() - ${series('deployment_recent_start_timestamp_seconds', [where])} < ${judgedSeconds})`,
      ].join('\n'),
    replay: { kind: 'error rate', judgedMs: judgedSeconds * 1000 },
  };
}
