import { Readable } from 'node:stream';
import { dataVersion } from '../../ledger/file/dataVersion.ts';
import { problemAnswer } from '../http/problem.ts';
import type { Route, Serving } from '../route.ts';

const mostListeners = 50;
const lookEveryMs = 500;
/** Proxies close a stream on which nothing moves. */
const beatEveryMs = 15_000;

/** `/api/events`: server-sent events; one `change` for each look that found the ledger changed. */
export function eventsRoute(): Route {
  const listeners = new Set<Readable>();
  return {
    name: 'api events',
    method: 'GET',
    path: '/api/events',
    async answer({ method }, serving) {
      if (listeners.size >= mostListeners)
        return problemAnswer(503, { message: 'too many pages listen already', hint: 'close one' });
      const stream = new Readable({ read() {} });
      if (method === 'GET') {
        listeners.add(stream);
        const stop = watch(serving, { stream, known: await versionOf(serving) });
        stream.once('close', () => {
          listeners.delete(stream);
          stop();
        });
      }
      return { status: 200, headers: { 'Content-Type': 'text/event-stream; charset=utf-8' }, body: stream };
    },
  };
}

/** Another one after each commit of anybody; null where the ledger cannot be read now: what the page asks next tells. */
async function versionOf(serving: Serving): Promise<unknown> {
  try {
    return dataVersion(await serving.database());
  } catch {
    return null;
  }
}

function watch(serving: Serving, { stream, known }: { stream: Readable; known: unknown }): () => void {
  stream.push('retry: 2000\n\n');
  let told = known;
  const look = setInterval(async () => {
    const version = await versionOf(serving);
    if (version !== null && version !== told && !stream.destroyed) stream.push('event: change\ndata: {}\n\n');
    told = version ?? told;
  }, lookEveryMs);
  const beat = setInterval(() => stream.push(': beat\n\n'), beatEveryMs);
  return () => {
    clearInterval(look);
    clearInterval(beat);
  };
}
