import type { Server } from 'node:http';
import type { Readable } from 'node:stream';
import type { Connections } from './connections.ts';

/** Streams that are being sent: they end when the server stops, whoever reads them. */
export class OpenStreams {
  readonly #streams = new Set<Readable>();

  add(stream: Readable): void {
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
  }

  end(): void {
    for (const stream of this.#streams) stream.push(null);
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
