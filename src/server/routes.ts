import { healthRoutes } from './health/healthRoutes.ts';
import { healthSchema } from './health/schemaRoute.ts';
import type { OpenStreams } from './http/stop.ts';
import { metricsRoute } from './metrics/metricsRoute.ts';
import type { ServerMetrics } from './metrics/serverMetrics.ts';
import { apiRoutes } from './page/apiRoutes.ts';
import { eventsRoute } from './page/eventsRoute.ts';
import { pageRoute } from './page/pageRoute.ts';
import { healthy, ready } from './probes.ts';
import type { Route } from './route.ts';
import type { ServeInput } from './serveInput.ts';
import { webhookRoutes } from './webhook/webhookRoutes.ts';

/** All routes of the server. */
export function allRoutes(
  own: ServerMetrics,
  { streams, input, isSample }: { streams: OpenStreams; input: ServeInput; isSample: boolean },
): readonly Route[] {
  return [
    healthy,
    ready,
    metricsRoute(own, { isSample }),
    ...healthRoutes(),
    healthSchema,
    // Sample data accepts no events.
    ...(isSample ? [] : webhookRoutes(input)),
    pageRoute(),
    ...apiRoutes,
    eventsRoute(streams),
  ];
}
