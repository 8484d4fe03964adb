import type { Server } from 'node:http';
import type { Connections } from './connections.ts';

/** Open streams; they end when the server stops. */
export class OpenStreams {
  readonly #ends = new Set<() => void>();

  /** `end` ends the stream. Call the returned function when the stream has ended by itself. */
  add(end: () => void): () => void {
    this.#ends.add(end);
    return () => void this.#ends.delete(end);
  }

  end(): void {
    for (const end of this.#ends) end();
  }
}

/**
 * Accepts no more connections, ends the streams and waits up to `patienceMs` for running responses. Then it destroys all
 * open connections, including those in a TLS handshake, which the HTTP server does not know.
 */
export async function stopServer(
  server: Server,
  {
    streams,
    connections,
    patienceMs,
  }: { streams: OpenStreams; connections: Connections; patienceMs: number },
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  streams.end();
  server.closeIdleConnections();
  // A connection becomes idle after its response.
  const idle = setInterval(() => server.closeIdleConnections(), 25);
  const patience = setTimeout(() => connections.destroyAll(), patienceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(patience);
}
