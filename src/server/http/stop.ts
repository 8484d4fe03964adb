import type { Server } from 'node:http';
import type { Connections } from './connections.ts';

/** Streams that are being sent: they end when the server stops, whoever reads them. */
export class OpenStreams {
  readonly #ends = new Set<() => void>();

  /** `end` ends a stream; the answer is for when it has ended by itself. */
  add(end: () => void): () => void {
    this.#ends.add(end);
    return () => void this.#ends.delete(end);
  }

  end(): void {
    for (const end of this.#ends) end();
  }
}

/**
 * Takes no more connections, ends the streams, waits for what is being answered, at most `patienceMs`: then whatever is
 * open is destroyed, also what the HTTP server does not know of because its handshake never ended.
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
  // A connection may become idle later: with the answer that it waited for.
  const idle = setInterval(() => server.closeIdleConnections(), 25);
  const patience = setTimeout(() => connections.destroyAll(), patienceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(patience);
}
