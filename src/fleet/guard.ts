import type { Duplex } from 'node:stream';
import type { Client } from 'pg';
import { strange, WireGuard } from './wireGuard.ts';

/** Ends a connection whose answers cannot be read: what the library throws while it reads would end the process. */
export function guard(client: Client, { mostBytes }: { mostBytes: number }): void {
  const own = (client as unknown as { connection: { attachListeners: (stream: Duplex) => void } }).connection;
  const attach = own.attachListeners.bind(own);
  own.attachListeners = (stream) => {
    const before = new Set(stream.listeners('data'));
    attach(stream);
    const [read] = stream.listeners('data').filter((listener) => !before.has(listener));
    if (read === undefined) throw new Error('the library pg reads a connection otherwise than expected');
    const wire = new WireGuard({ mostBytes });
    stream.on('data', (chunk: Buffer) => {
      if (stream.destroyed) return;
      try {
        wire.take(chunk);
        read(chunk);
      } catch (error) {
        stream.destroy(strange((error as Error).message));
      }
    });
    stream.removeListener('data', read as (chunk: Buffer) => void);
  };
}
