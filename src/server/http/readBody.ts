import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly outcome: 'whole'; readonly body: Buffer }
  | { readonly outcome: 'too-long' }
  | { readonly outcome: 'gone' };

/** Whether the request says by itself that it is longer than it may be. */
export function saysTooLong({ headers }: IncomingMessage, limitBytes: number): boolean {
  if (headers['transfer-encoding'] !== undefined) return limitBytes === 0;
  return Number(headers['content-length'] ?? 0) > limitBytes;
}

/** The body, kept up to its limit: what comes beyond is not looked at. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  if (saysTooLong(request, limitBytes)) return Promise.resolve({ outcome: 'too-long' });
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
