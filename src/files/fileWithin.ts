import type { Context } from '../context.ts';
import { fileStat } from './fileStat.ts';
import { readNamed } from './readNamed.ts';
import { isOnRemoteMount } from './remoteMount.ts';
import { type AsideWorld, runAside } from './runAside.ts';

/** The part of the context that is needed to read a file of the user. */
export type FileWorld = AsideWorld & Pick<Context, 'platform'>;

/**
 * Like `readNamed`, with a time limit for files on a mount that may never respond. A file of this machine is read at
 * once and needs no process. Throws an Error whose message completes "<file> cannot be read: …".
 */
export async function readWithin(
  world: FileWorld,
  path: string,
  { mostBytes, withinMs }: { mostBytes: number; withinMs: number },
): Promise<Buffer> {
  if (!mayHang(world, path)) return readNamed(path, { mostBytes });
  return runAside(world, { task: readTask, argument: { path, mostBytes }, withinMs });
}

/** Bytes of a regular file; null if it is not one, cannot be read, or does not respond in time. */
export async function sizeWithin(world: FileWorld, path: string, withinMs: number): Promise<number | null> {
  if (!mayHang(world, path)) {
    const stat = fileStat(path);
    return stat?.isFile() === true ? stat.size : null;
  }
  try {
    const answer = await runAside(world, { task: sizeTask, argument: path, withinMs });
    return answer.length === 0 ? null : Number(answer.toString('utf8'));
  } catch {
    return null;
  }
}

/** Whether reading the path may wait for another machine or process. */
export function mayHang({ platform }: Pick<Context, 'platform'>, path: string): boolean {
  return platform === 'linux' && isOnRemoteMount(path);
}

/** Runs in another process. */
function readTask({ path, mostBytes }: { path: string; mostBytes: number }): void {
  const fs = require('node:fs') as typeof import('node:fs');
  const file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  if (!fs.fstatSync(file).isFile()) throw new Error('it is not a regular file');
  const chunk = Buffer.alloc(65_536);
  for (let bytes = 0; ; ) {
    const read = fs.readSync(file, chunk, 0, chunk.length, null);
    if (read === 0) return;
    bytes += read;
    if (bytes > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    fs.writeSync(1, chunk, 0, read);
  }
}

/** Runs in another process. */
function sizeTask(path: string): void {
  const fs = require('node:fs') as typeof import('node:fs');
  const stat = fs.statSync(path);
  if (stat.isFile()) fs.writeSync(1, String(stat.size));
}
