import type { IncomingMessage } from 'node:http';
import type { DeploytrackError } from '../../errors.ts';
import { inWords } from '../../report/warnings.ts';
import type { RequestContext } from '../route.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | NonSharedBuffer | ReadableStream<Uint8Array>;
}

/** An answer of one line of text. */
export interface Problem extends Answer {
  readonly body: string;
}

/** How long, after an answer that came before the end of a request, the rest of that request is thrown away. */
const lingerMs = 2000;

/**
 * An answer as hono sends it, its headers spelled as they stand. A request that was not read to its end loses its
 * connection, after its reader had the time to see the answer: closing at once would reset it before.
 */
export function respond({ env }: RequestContext, { status, headers, body }: Answer): Response {
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

/** A refusal as every route words it: one line of text. */
export function problemAnswer(
  status: number,
  problem: { message: string; hint?: string | undefined },
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
    body: `${inWords(problem)}\n`,
  };
}

/** What an error of a route means to its reader; one that is not ours tells nothing. */
export function errorAnswer(error: unknown): Problem {
  // By its name: an error may come from another bundle, with a class of its own.
  const known = error instanceof Error && error.name === 'DeploytrackError';
  if (!known) return problemAnswer(500, { message: 'internal error' });
  const problem = error as DeploytrackError;
  return problemAnswer(statusOf(problem.code), problem);
}

function statusOf(code: DeploytrackError['code']): number {
  if (code === 'USAGE') return 400;
  if (code === 'UNKNOWN_ID') return 404;
  if (code === 'REFUSED') return 403;
  return code.startsWith('LEDGER_') || code === 'ADDON_MISSING' ? 503 : 500;
}
