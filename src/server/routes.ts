import { metricsRoute } from './metrics/metricsRoute.ts';
import type { ServerMetrics } from './metrics/serverMetrics.ts';
import { healthy, ready } from './probes.ts';
import type { Route } from './route.ts';

/** Every address of one server. */
export function allRoutes(own: ServerMetrics): readonly Route[] {
  return [healthy, ready, metricsRoute(own)];
}
