import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { drip } from '../support/rawServer.ts';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** Decompressed text. */
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/**
 * `forward`: pass on to the gateway; `swallow`: pass on, but withhold the response; `hang`: do nothing;
 * `drip`: send the head of a response, one byte every 200 ms.
 */
export type Answer =
  | 'forward'
  | 'swallow'
  | 'hang'
  | 'drip'
  | {
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** A port in front of a gateway that sees every request and can be told how to respond. */
export interface Front {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  /** How many connections were opened so far. */
  connections(): number;
  /** Applies from now on. */
  answerWith(answer: (exchange: Exchange) => Answer): void;
  /** Every response waits for this first, from now on. */
  hold(until: (exchange: Exchange) => Promise<void>): void;
  /** Bodies of all PUTs so far. */
  puts(): string[];
}

export async function startFront({ behind }: { behind: { readonly url: string } | null }): Promise<Front> {
  const exchanges: Exchange[] = [];
  let connections = 0;
  let until: (exchange: Exchange) => Promise<void> = async () => {};
  let decide: (exchange: Exchange) => Answer = () => 'forward';
  const server = createServer(async (request, response) => {
    const exchange = await received(request);
    exchanges.push(exchange);
    await until(exchange);
    const answer = decide(exchange);
    if (answer === 'hang') return;
    if (answer === 'drip')
      drip(response.socket as never, { text: `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(400)}`, everyMs: 200 });
    else if (typeof answer === 'object')
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    else await forward(exchange, { behind, response: answer === 'swallow' ? null : response });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    exchanges,
    connections: () => connections,
    answerWith(answer) {
      decide = answer;
    },
    hold(wait) {
      until = wait;
    },
    puts: () => exchanges.filter(({ method }) => method === 'PUT').map(({ body }) => body),
  };
}

async function received(request: IncomingMessage): Promise<Exchange> {
  const bytes = await buffer(request);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    body: body.toString('utf8'),
    headers: request.headers,
  };
}

async function forward(
  { method, path, body }: Exchange,
  { behind, response }: { behind: { readonly url: string } | null; response: ServerResponse | null },
): Promise<void> {
  if (behind === null) throw new Error('nothing behind');
  try {
    const answer = await fetch(behind.url + path, { method, ...(method === 'PUT' ? { body } : {}) });
    const text = await answer.text();
    response?.writeHead(answer.status).end(text);
  } catch {
    response?.destroy();
  }
}
