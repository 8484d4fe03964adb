import type { IncomingMessage } from 'node:http';
import { problemResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import type { Middleware } from '../route.ts';

type Body =
  | { readonly outcome: 'whole'; readonly body: Buffer }
  | { readonly outcome: 'too-long' }
  | { readonly outcome: 'gone' };

/** Reads the body byte for byte, as signatures cover it. 413 if it exceeds the limit; from the headers if they show it. */
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

/** Whether the headers already show that the body exceeds the limit. */
function saysTooLong({ headers }: IncomingMessage, limitBytes: number): boolean {
  if (headers['transfer-encoding'] !== undefined) return limitBytes === 0;
  return Number(headers['content-length'] ?? 0) > limitBytes;
}

/** Reads the body up to the limit; the rest is ignored. */
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
  const limit = limitBytes === 0 ? 'this URL accepts no body' : `at most ${limitBytes} bytes are accepted`;
  return problemResponse(413, { message: `request body too large: ${limit}` });
}
