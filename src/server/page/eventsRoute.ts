import { problemResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import type { OpenStreams } from '../http/stop.ts';
import type { Route } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';
import { EventStream } from './eventStream.ts';

const mostListeners = 50;
const lookEveryMs = 500;
/** Proxies close idle streams, and a page that receives nothing for longer connects again. */
const beatEveryMs = 15_000;

const headers = { 'Content-Type': 'text/event-stream; charset=utf-8' };

/** `/api/events`: server-sent events. Sends `change` with the IDs of deployments that changed since the last look, null for any. */
export function eventsRoute(streams: OpenStreams): Route {
  const listeners = new Set<EventStream>();
  let watching: Promise<() => void> | null = null;
  return {
    name: 'api events',
    method: 'GET',
    path: '/api/events',
    async answer(request, server) {
      if (listeners.size >= mostListeners)
        return respond(
          request,
          problemResponse(503, { message: 'service unavailable: too many open pages', hint: 'close one' }),
        );
      const stream = new EventStream();
      if (request.env.incoming.asked.method === 'HEAD') stream.end();
      else {
        listeners.add(stream);
        watching ??= watch(server, listeners);
        await watching;
        const forget = streams.add(() => stream.end());
        stream.write('retry: 2000\n\nevent: open\ndata: {}\n\n');
        stream.onceClosed(() => {
          listeners.delete(stream);
          forget();
          if (listeners.size > 0) return;
          void watching?.then((stop) => stop());
          watching = null;
        });
      }
      return respond(request, { status: 200, headers, body: stream.readable });
    },
  };
}

/** What a page shows of the store besides its deployments. */
function storeText({ store }: ServerContext): string {
  if (store === null) return '';
  const { lostMs, left, isCut } = store.state();
  return `${lostMs} ${left > 0} ${isCut}`;
}

/** Looks once for all listeners, so that the cost does not grow with them. */
async function watch(server: ServerContext, listeners: ReadonlySet<EventStream>): Promise<() => void> {
  // Most servers never show the web UI.
  const { LedgerWatch } = await import('./ledgerWatch.ts');
  const watched = new LedgerWatch();
  // The next request of the page returns the error.
  const changes = async () => watched.look(await server.database(), storeText(server));
  await changes().catch(() => []);
  const send = (text: string): void => {
    for (const stream of listeners) stream.write(text);
  };
  const look = setInterval(async () => {
    const ids = await changes().catch(() => []);
    if (ids?.length !== 0) send(`event: change\ndata: ${JSON.stringify({ ids })}\n\n`);
  }, lookEveryMs);
  const beat = setInterval(() => send('event: beat\ndata: {}\n\n'), beatEveryMs);
  return () => {
    clearInterval(look);
    clearInterval(beat);
  };
}
