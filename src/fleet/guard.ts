import type { Duplex } from 'node:stream';
import { strange, WireGuard } from './wireGuard.ts';

/** What the client of the library `pg` has inside. */
export interface Guarded {
  readonly connection: { attachListeners: (stream: Duplex) => void };
}

/** Ends a connection whose answers cannot be read: what the library throws while it reads would end the process. */
export function guard({ connection: own }: Guarded, { mostBytes }: { mostBytes: number }): void {
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
