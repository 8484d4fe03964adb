import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a proxy in front of a gateway changes. */
export interface Changes {
  /** The status of /-/ready. */
  readyStatus?: number;
  /** Added to the Date header of every response. */
  clockMs?: number;
}

/** A server in front of a real gateway that ends with the test; `changes` may be altered while it runs. */
export async function startFrontOf(behind: { readonly url: string }, changes: Changes): Promise<string> {
  const server = createServer((incoming, response) => {
    const { clockMs = 0, readyStatus } = changes;
    response.setHeader('date', new Date(Date.now() + clockMs).toUTCString());
    if (incoming.url === '/-/ready' && readyStatus !== undefined) {
      response.writeHead(readyStatus).end();
      return;
    }
    const { method, headers } = incoming;
    const onward = request(`${behind.url}${incoming.url}`, { method, headers, agent: false }, (answer) => {
      const { date: _, ...others } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, others);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
