import { series } from '../promql.ts';
import type { Condition } from './condition.ts';
import { oneDeployment } from './running.ts';

const oneGroup = 'instance, deployment, environment';

/**
 * A deployment is not healthy this long after its start: it is running and no check has passed, or it ended, the latest
 * verification failed and there was no rollback. If health is never verified, nothing fires.
 */
export function notHealthyAfter(seconds: number): Condition {
  return {
    threshold: { kind: 'duration', shipped: seconds },
    unit: 'seconds',
    hasEnvironment: true,
    expression({ threshold, where }) {
      const [started, running, health] = [
        'deployment_recent_start_timestamp_seconds',
        'deployment_in_progress',
        'deployment_health_status',
      ].map((name) => series(name, [where]));
      const passed = series('deployment_recent_stage_duration_seconds', [
        'stage="health_check"',
        'status="success"',
        where,
      ]);
      const rolledBack = series('deployment_recent_info', ['rolled_back="true"', where]);
      const newest = `max by (${oneGroup}) (${started})`;
      return [
        '(',
        `  max by (${oneDeployment}) (time() - ${started}) > ${threshold}`,
        `  and on (${oneDeployment}) (${running} == 1)`,
        `  and on (${oneGroup}) ${health}`,
        `  unless on (${oneDeployment}) ${passed}`,
        ')',
        'or',
        '(',
        `  time() - ${newest} > ${threshold}`,
        `  and on (${oneGroup}) (${health} == 0)`,
        `  unless on (${oneGroup}) (${running} == 1)`,
        `  unless on (${oneGroup})`,
        `  (max by (${oneGroup}) (${started} and on (${oneDeployment}) ${rolledBack}) == ${newest})`,
        ')',
      ].join('\n');
    },
    replay: { kind: 'not healthy' },
  };
}
