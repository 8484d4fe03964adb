import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '../route.ts';

export interface ServerResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | NonSharedBuffer | ReadableStream<Uint8Array>;
}

/** How long the rest of a request is discarded after a response that was sent before its end. */
const lingerMs = 2000;

/**
 * Converts a response for hono and keeps the spelling of its headers. If the request was not read to its end, the
 * connection is closed after the client had time to read the response: closing at once would reset it first.
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
