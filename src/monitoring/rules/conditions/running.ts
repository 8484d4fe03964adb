import { series } from '../promql.ts';
import type { Condition } from './condition.ts';

export const oneDeployment = 'instance, deployment, environment, deployment_id';

/** A deployment that has been running for longer than the threshold. */
export function runningLongerThan(seconds: number): Condition {
  return {
    threshold: { kind: 'duration', shipped: seconds },
    unit: 'seconds',
    hasEnvironment: true,
    expression: ({ threshold, where }) =>
      [
        `max by (${oneDeployment}) (time() - ${series('deployment_recent_start_timestamp_seconds', [where])}) > ${threshold}`,
        `and on (${oneDeployment}) (${series('deployment_in_progress', [where])} == 1)`,
      ].join('\n'),
    replay: { kind: 'running' },
  };
}
