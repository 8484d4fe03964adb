import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service with a health endpoint that is switched by a request, as a deployment switches a real one. */
export interface SwitchedService {
  readonly healthUrl: string;
  /** A command that switches to `version`, with the service stopped for `downMs`. */
  switchTo(version: string, options?: { downMs?: number }): string[];
  stop(): void;
}

export async function startSwitchedService(firstVersion: string): Promise<SwitchedService> {
  let version = firstVersion;
  let isUp = true;
  const server = createServer(async (request, response) => {
    const asked = new URL(request.url ?? '/', 'http://site');
    if (asked.pathname === '/switch') {
      isUp = false;
      await new Promise((resolve) => setTimeout(resolve, Number(asked.searchParams.get('downMs'))));
      version = asked.searchParams.get('version') ?? version;
      isUp = true;
    }
    response.writeHead(isUp ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ version }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    healthUrl: `${url}/health`,
    switchTo(next, { downMs = 0 } = {}) {
      const target = `${url}/switch?${new URLSearchParams({ version: next, downMs: String(downMs) })}`;
      return [process.execPath, '-e', 'fetch(process.argv[1]).then((answer) => answer.text())', target];
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
