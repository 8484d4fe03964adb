import { series } from '../promql.ts';
import type { Condition } from './condition.ts';

const oneGroup = 'instance, deployment, environment';
const ours = 'job="deploytrack"';

/** The gateway does not answer the scrape. Its job is called `pushgateway` in the scrape configuration. */
export const gatewayDown: Condition = {
  threshold: null,
  unit: 'events',
  hasEnvironment: false,
  expression: () => 'up{job="pushgateway"} == 0',
  replay: null,
};

/** The newest push of a group was refused. */
export const pushFailing: Condition = {
  threshold: null,
  unit: 'events',
  hasEnvironment: true,
  expression: ({ where }) =>
    `max by (${oneGroup}) (${series('push_failure_time_seconds', [ours, where])} > ${series('push_time_seconds', [ours, where])})`,
  replay: null,
};

/** The ledger's sequence number went back: an older state came after a newer one, and `increase()` counts it twice. */
export const counterReset: Condition = {
  threshold: null,
  unit: 'events',
  hasEnvironment: true,
  expression: ({ where }) =>
    `max by (${oneGroup}) (resets(${series('deploytrack_ledger_events_total', [where])}[15m])) > 0`,
  replay: null,
};

/** A group that nobody pushes any more; one that was never accepted has no time of a push. */
export function abandonedAfter(seconds: number): Condition {
  return {
    threshold: { kind: 'duration', shipped: seconds },
    unit: 'seconds',
    hasEnvironment: true,
    expression: ({ threshold, where }) =>
      `max by (${oneGroup}) (time() - (${series('push_time_seconds', [ours, where])} > 0)) > ${threshold}`,
    replay: null,
  };
}
