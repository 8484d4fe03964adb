import type { IncomingMessage } from 'node:http';
import { problemResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import type { Middleware } from '../route.ts';

type Body =
  | { readonly outcome: 'whole'; readonly body: Buffer }
  | { readonly outcome: 'too-long' }
  | { readonly outcome: 'gone' };

/** Reads the body, byte for byte as a signature covers it; 413 beyond the limit, before it is read where it says so. */
export function bodyLimit(limitBytes: number): Middleware {
  return async (request, next) => {
    const { incoming, outgoing } = request.env;
    const isTooLong = saysTooLong(incoming, limitBytes);
    if (!isTooLong && /^100-continue$/i.test(incoming.headers.expect ?? '')) outgoing.writeContinue();
    const read: Body = isTooLong ? { outcome: 'too-long' } : await readBody(incoming, limitBytes);
    if (read.outcome === 'gone') return new Response(null, { status: 499 });
    if (read.outcome === 'too-long') return respond(request, tooLong(limitBytes));
    request.set('body', read.body);
    return next();
  };
}

/** Whether the request says by itself that it is longer than it may be. */
function saysTooLong({ headers }: IncomingMessage, limitBytes: number): boolean {
  if (headers['transfer-encoding'] !== undefined) return limitBytes === 0;
  return Number(headers['content-length'] ?? 0) > limitBytes;
}

/** The body, kept up to its limit: what comes beyond is not looked at. */
function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) return void chunks.push(chunk);
      request.removeListener('data', onData);
      resolve({ outcome: 'too-long' });
    };
    request.on('data', onData);
    request.once('end', () => resolve({ outcome: 'whole', body: Buffer.concat(chunks) }));
    request.once('close', () => resolve({ outcome: 'gone' }));
    request.once('error', () => resolve({ outcome: 'gone' }));
  });
}

function tooLong(limitBytes: number) {
  const hint = limitBytes === 0 ? 'none is taken here' : `at most ${limitBytes} bytes are taken here`;
  return problemResponse(413, { message: 'the body is too long', hint });
}
