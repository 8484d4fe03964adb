import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../route.ts';

/** How long, after an answer that came before the end of a request, the rest of that request is thrown away. */
const lingerMs = 2000;

/**
 * Writes an answer whole; resolves when it is written or its reader has left. A request that was not read to its end
 * loses its connection, after its reader had the time to see the answer.
 */
export async function sendAnswer(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  answer: Answer,
): Promise<void> {
  const isRest = !request.complete;
  if (isRest) response.setHeader('Connection', 'close');
  const { body } = answer;
  const isStream = typeof body !== 'string' && !Buffer.isBuffer(body);
  response.writeHead(answer.status, {
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...(isStream ? {} : { 'Content-Length': Buffer.byteLength(body) }),
    ...answer.headers,
  });
  if (isStream) return sendStream(response, { body, isAsked: request.method !== 'HEAD' });
  if (isRest) return endLate({ request, response }, body);
  const closed = closeOf(response);
  response.end(request.method === 'HEAD' ? undefined : body);
  await closed;
}

function sendStream(
  response: ServerResponse,
  { body, isAsked }: { body: Exclude<Answer['body'], string | Buffer>; isAsked: boolean },
): Promise<void> {
  const closed = closeOf(response).then(() => void body.destroy());
  body.once('error', () => response.destroy());
  if (isAsked) {
    response.flushHeaders();
    body.pipe(response);
  } else response.end();
  return closed;
}

/** Closing at once would reset the connection before the answer is read. */
async function endLate(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  body: string | Buffer,
): Promise<void> {
  const closed = closeOf(response);
  response.write(body);
  const timer = setTimeout(() => request.destroy(), lingerMs);
  request.once('end', () => response.end());
  request.resume();
  await closed;
  clearTimeout(timer);
}

function closeOf(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('finish', resolve);
    response.once('close', resolve);
  });
}
