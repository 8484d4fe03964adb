import { createServer, type Socket } from 'node:net';

export interface RawServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Everything received, by connection. */
  readonly received: readonly Buffer[];
  /** Number of open connections. */
  open(): number;
  stop(): Promise<void>;
}

/**
 * A server that sends exactly the given bytes: `onData` runs once per connection, when its first bytes have
 * arrived.
 */
export async function startRawServer(onData: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    const index = received.push(Buffer.alloc(0)) - 1;
    sockets.add(socket);
    socket.once('data', () => onData(socket));
    socket.on('data', (chunk) => {
      received[index] = Buffer.concat([received[index] ?? Buffer.alloc(0), chunk]);
    });
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    open: () => sockets.size,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Writes a text one byte at a time until the client closes the connection. */
export function drip(socket: Socket, { text, everyMs = 10 }: { text: string; everyMs?: number }): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= text.length) clearInterval(timer);
    else socket.write(text[at] ?? '');
    at += 1;
  }, everyMs);
}
