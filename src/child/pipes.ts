import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';

/** Two descriptors of one pipe; the side that uses one closes it. */
export interface Pipe {
  readonly read: number;
  readonly write: number;
}

/**
 * Pipes as a shell makes them. Node's own "pipes" are sockets, and `echo failed > /dev/stderr` fails on a socket. Null
 * if they cannot be created; then a socket is used.
 */
export function openPipes(context: Context, count: number): Pipe[] | null {
  if (context.platform === 'win32') return null;
  let folder: string | undefined;
  const opened: number[] = [];
  try {
    folder = mkdtempSync(join(context.temporaryFolder(), 'deploytrack-'));
    const paths = Array.from({ length: count }, (_, index) => join(folder ?? '', String(index)));
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore', timeout: 2000 });
    return paths.map((path) => {
      // The reading end first and non-blocking: opening the other end then finds a reader, and stays blocking.
      const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      opened.push(read);
      const write = openSync(path, constants.O_WRONLY);
      opened.push(write);
      return { read, write };
    });
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return null;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
