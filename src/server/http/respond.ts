import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '../route.ts';

export interface ServerResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | NonSharedBuffer | ReadableStream<Uint8Array>;
}

/** How long, after an answer that came before the end of a request, the rest of that request is thrown away. */
const lingerMs = 2000;

/**
 * An answer as hono sends it, its headers spelled as they stand. A request that was not read to its end loses its
 * connection, after its reader had the time to see the answer: closing at once would reset it before.
 */
export function respond({ env }: RequestContext, { status, headers, body }: ServerResponse): Response {
  const { incoming, outgoing } = env;
  if (incoming.complete || body instanceof ReadableStream)
    return new Response(body, { status, headers: { ...headers } });
  outgoing.setHeader('Connection', 'close');
  const length = { 'Content-Length': String(Buffer.byteLength(body)) };
  return new Response(endingLate(incoming, body), { status, headers: { ...headers, ...length } });
}

function endingLate(request: IncomingMessage, body: string | Buffer): ReadableStream<Uint8Array> {
  const timer = setTimeout(() => request.destroy(), lingerMs);
  let end = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from(body));
      end = () => {
        clearTimeout(timer);
        controller.close();
      };
      request.once('end', end);
      request.resume();
    },
    cancel() {
      clearTimeout(timer);
      request.off('end', end);
    },
  });
}
