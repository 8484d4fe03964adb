import { series } from '../promql.ts';
import type { Condition } from './condition.ts';

const oneGroup = 'instance, deployment, environment';
const ours = 'job="deploytrack"';

/** The scrape of the gateway fails. Its job must be called `pushgateway` in the scrape configuration. */
export const gatewayDown: Condition = {
  threshold: null,
  unit: 'events',
  hasEnvironment: false,
  expression: () => 'up{job="pushgateway"} == 0',
  replay: null,
};

/** The latest push of a group was rejected. */
export const pushFailing: Condition = {
  threshold: null,
  unit: 'events',
  hasEnvironment: true,
  expression: ({ where }) =>
    `max by (${oneGroup}) (${series('push_failure_time_seconds', [ours, where])} > ${series('push_time_seconds', [ours, where])})`,
  replay: null,
};

/** The ledger's sequence number decreased: an older state was pushed after a newer one, and `increase()` counts it twice. */
export const counterReset: Condition = {
  threshold: null,
  unit: 'events',
  hasEnvironment: true,
  expression: ({ where }) =>
    `max by (${oneGroup}) (resets(${series('deploytrack_ledger_events_total', [where])}[15m])) > 0`,
  replay: null,
};

/** A group without a recent push; a group that the gateway never accepted has no push time. */
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
