import { ledgerId } from '../ledger/push/snapshot.ts';
import { isoTime } from '../model.ts';
import { problemResponse } from './http/problem.ts';
import { respond } from './http/respond.ts';
import type { RequestContext, Route } from './route.ts';
import type { ServerContext } from './serverContext.ts';

const headers = { 'Content-Type': 'text/plain; charset=utf-8' };

/** Alive: this process responds, even if the ledger cannot be read. */
export const healthy: Route = {
  name: 'healthy',
  method: 'GET',
  path: '/-/healthy',
  isOpen: true,
  answer: async (request) => respond(request, { status: 200, headers, body: 'healthy\n' }),
};

/** Ready: the ledger can be read. What was read of a store stays readable when the store is gone, and the response says so. */
export const ready: Route = {
  name: 'ready',
  method: 'GET',
  path: '/-/ready',
  isOpen: true,
  answer: async (request, server) =>
    (await unreadable(request, server)) ??
    respond(request, { status: 200, headers, body: `ready${lostStore(server)}\n` }),
};

function lostStore({ store }: ServerContext): string {
  const lostMs = store?.state().lostMs ?? null;
  return lostMs === null ? '' : `; the store cannot be read since ${isoTime(lostMs)}`;
}

/** The route needs no authentication: the reason is only in the log, so that the response has no path. */
async function unreadable(request: RequestContext, server: ServerContext): Promise<Response | null> {
  try {
    ledgerId(await server.database());
    return null;
  } catch (error) {
    server.log({ level: 'error', message: (error as Error).message, route: ready.name });
    const message = 'service unavailable: the ledger cannot be read';
    return respond(request, problemResponse(503, { message }));
  }
}
