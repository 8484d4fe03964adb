import { series } from '../promql.ts';
import { spanTrack } from '../replay/track.ts';
import type { Condition } from './condition.ts';

export const oneDeployment = 'instance, deployment, environment, deployment_id';

/** A deployment that has been running for longer than the threshold. */
export function runningLongerThan(seconds: number): Condition {
  return {
    figure: { kind: 'duration', shipped: seconds },
    unit: 'seconds',
    hasEnvironment: true,
    expression: ({ figure, where }) =>
      [
        `max by (${oneDeployment}) (time() - ${series('deployment_recent_start_timestamp_seconds', [where])}) > ${figure}`,
        `and on (${oneDeployment}) (${series('deployment_in_progress', [where])} == 1)`,
      ].join('\n'),
    replay: (history, figure) =>
      history.deployments.map(({ group, id, startedMs, endedMs }) => {
        const span = { fromMs: startedMs + figure * 1000, toMs: endedMs, sinceMs: startedMs };
        return spanTrack({ ...group, deployment_id: id }, { spans: [span], above: figure });
      }),
  };
}
