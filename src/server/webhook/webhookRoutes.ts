import { problemResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import { headersOf, type RequestContext, type Route } from '../route.ts';
import type { ServeInput } from '../serveInput.ts';
import type { ServerContext } from '../serverContext.ts';
import { receive } from './receive.ts';
import { webhookSecrets } from './secret.ts';
import { senders } from './senders.ts';

const bodyLimitBytes = 1024 * 1024;

/** One route for each sender, verified by its own signature or token. */
export function webhookRoutes({
  webhookWindowMs: windowMs,
  webhookEnvironment: environments,
}: Pick<ServeInput, 'webhookWindowMs' | 'webhookEnvironment'>): readonly Route[] {
  const secrets = webhookSecrets();
  return senders.map((sender) => ({
    name: `webhook-${sender.name}`,
    method: 'POST' as const,
    path: `/webhook/${sender.name}`,
    isOpen: true,
    bodyLimitBytes,
    answer: async (request: RequestContext, server: ServerContext) => {
      const { status, say, why, ids } = await receive(sender, {
        request: { headers: headersOf(request), body: request.get('body') },
        server,
        secrets,
        windowMs,
        environments,
      });
      const level = status >= 400 ? ('warning' as const) : ('info' as const);
      const details = { sender: sender.name, outcome: say, why: why ?? null, ids: ids ?? null };
      server.log({ level, message: 'webhook', ...details });
      const told = why ?? ids;
      return respond(
        request,
        problemResponse(status, { message: told === undefined ? say : `${say}: ${told}` }),
      );
    },
  }));
}
