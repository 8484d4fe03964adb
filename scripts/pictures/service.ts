import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Service {
  readonly server: Server;
  readonly url: string;
  /** How it responds from now on. */
  answer(version: string, healthy: boolean): void;
}

/** The deployed service: it reports its version, or that it is not healthy. */
export async function startService(): Promise<Service> {
  let now = { version: '0', healthy: true };
  const server = createServer((_, response) => {
    response.writeHead(now.healthy ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ version: now.version }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`,
    answer: (version, healthy) => {
      now = { version, healthy };
    },
  };
}
