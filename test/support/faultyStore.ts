import { connect, createServer, type Server, type Socket } from 'node:net';
import { drip } from './rawServer.ts';
import { freePort } from './server.ts';

/**
 * How the way to a store fails: `none` forwards everything, `refusing` closes the port, `silent` accepts and never
 * responds, `dribbling` passes responses one byte at a time, `slow` delays each part of them, `cut` ends the connection
 * after the first statements have passed, `lost` passes everything to the store and nothing back after the first
 * statements, `strange` responds with another protocol.
 */
export type StoreFault = 'none' | 'refusing' | 'silent' | 'dribbling' | 'slow' | 'cut' | 'lost' | 'strange';

export interface FaultyStore {
  /** Like that of the store behind it, by another port. */
  readonly url: string;
  /** Number of connections so far. */
  connections(): number;
  become(fault: StoreFault): Promise<void>;
  stop(): Promise<void>;
}

/** What the start of a connection and the questions before the first batch need, about. */
const startBytes = 600;
const slowMs = 150;

/** A port in front of a real PostgreSQL that can fail later. */
export async function startFaultyStore(behind: { readonly url: string }): Promise<FaultyStore> {
  const port = await freePort();
  const target = new URL(behind.url);
  const sockets = new Set<Socket>();
  let fault: StoreFault = 'none';
  let count = 0;
  let server: Server | null = null;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const take = (socket: Socket) => {
    count += 1;
    keep(socket);
    if (fault === 'silent') return;
    if (fault === 'strange') socket.end('SSH-2.0-OpenSSH_9\r\n\r\n');
    else forward(socket, { fault, target, keep });
  };
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    const closing = server;
    server = null;
    if (closing !== null) await new Promise((resolve) => closing.close(resolve));
  };
  const listen = async () => {
    const opened = createServer(take);
    server = opened;
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(port, '127.0.0.1', resolve);
    });
  };
  await listen();
  return {
    url: behind.url.replace(target.port, String(port)),
    connections: () => count,
    async become(next) {
      fault = next;
      await close();
      if (next !== 'refusing') await listen();
    },
    stop: close,
  };
}

function forward(
  socket: Socket,
  { fault, target, keep }: { fault: StoreFault; target: URL; keep: (socket: Socket) => void },
): void {
  const store = connect(Number(target.port), target.hostname);
  keep(store);
  store.once('close', () => socket.destroy());
  socket.once('close', () => store.destroy());
  let sent = 0;
  socket.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    store.write(chunk);
    if (fault === 'cut' && sent > startBytes) socket.destroy();
  });
  store.on('data', (chunk: Buffer) => {
    if (fault === 'lost' && sent > startBytes) return;
    if (fault === 'dribbling') drip(socket, { text: chunk.toString('latin1'), everyMs: 50 });
    else if (fault === 'slow') setTimeout(() => socket.writable && socket.write(chunk), slowMs);
    else socket.write(chunk);
  });
}
