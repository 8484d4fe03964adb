import { dataVersion } from '../../ledger/file/dataVersion.ts';
import { problemResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import type { OpenStreams } from '../http/stop.ts';
import type { Route } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';
import { EventStream } from './eventStream.ts';

const mostListeners = 50;
const lookEveryMs = 500;
/** Proxies close idle streams. */
const beatEveryMs = 15_000;

const headers = { 'Content-Type': 'text/event-stream; charset=utf-8' };

/** `/api/events`: server-sent events. Sends `change` if the ledger has changed since the last check. */
export function eventsRoute(streams: OpenStreams): Route {
  const listeners = new Set<EventStream>();
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
        const forget = streams.add(() => stream.end());
        const stop = watch(server, { stream, known: await versionOf(server) });
        stream.onceClosed(() => {
          listeners.delete(stream);
          forget();
          stop();
        });
      }
      return respond(request, { status: 200, headers, body: stream.readable });
    },
  };
}

/** Changes with each commit. Null if the ledger cannot be read now; the next request of the page returns the error. */
async function versionOf(server: ServerContext): Promise<unknown> {
  try {
    return dataVersion(await server.database());
  } catch {
    return null;
  }
}

function watch(
  server: ServerContext,
  { stream, known }: { stream: EventStream; known: unknown },
): () => void {
  stream.write('retry: 2000\n\n');
  let told = known;
  const look = setInterval(async () => {
    const version = await versionOf(server);
    if (version !== null && version !== told) stream.write('event: change\ndata: {}\n\n');
    told = version ?? told;
  }, lookEveryMs);
  const beat = setInterval(() => stream.write(': beat\n\n'), beatEveryMs);
  return () => {
    clearInterval(look);
    clearInterval(beat);
  };
}
