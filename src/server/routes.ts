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
import type { ServerContext } from './serverContext.ts';
import { webhookRoutes } from './webhook/webhookRoutes.ts';

/** All routes of the server. */
export function allRoutes(
  own: ServerMetrics,
  { streams, input, server }: { streams: OpenStreams; input: ServeInput; server: ServerContext },
): readonly Route[] {
  const { isSample, store } = server;
  return [
    healthy,
    ready,
    metricsRoute(own, { isSample, isOfStore: store !== null }),
    ...healthRoutes(),
    healthSchema,
    // Sample data accepts no events; those of a host belong to its own ledger.
    ...(isSample || store !== null ? [] : webhookRoutes(input)),
    pageRoute(),
    ...apiRoutes,
    eventsRoute(streams),
  ];
}
