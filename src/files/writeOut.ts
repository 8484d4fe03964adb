import { closeSync, constants, fsyncSync, openSync, type Stats } from 'node:fs';
import type { Context } from '../context.ts';
import { outTarget } from './outTarget.ts';
import { replaceFile } from './replaceFile.ts';
import { type Content, writeContent } from './writeContent.ts';

/** The part of the context that is needed to write a file. */
export type WritingWorld = Pick<Context, 'uid' | 'pid' | 'sleep' | 'onSignal' | 'kill'>;

/** A pipe whose reader opens it a moment later is not an error. */
const readerWaitMs = 5000;
const askAgainMs = 50;

/**
 * Writes the file that the user named with `--out`. Links are followed. Anything that is not a regular file (a device,
 * a pipe) is written to and never replaced. A regular file, or a new one, is replaced as a whole, synced to disk, with
 * the permissions of the old one; or it stays as it was. `mode` applies to a new file, before the umask. False if the
 * reader of our own stream left before the end. Throws an Error whose message completes "<file> cannot be written: …".
 */
export async function writeOut(
  world: WritingWorld,
  { path, content, mode }: { path: string; content: Content; mode: number },
): Promise<boolean> {
  try {
    const { path: target, stat, descriptor } = outTarget(path, world.uid);
    if (descriptor !== null) return await writeOwn(world, { descriptor, content });
    const isReplaced = (stat === null || stat.isFile()) && !target.startsWith('/proc/');
    if (isReplaced) await replaceFile(world, { path: target, old: stat, content, mode });
    else await writeThrough(world, { path: target, stat, content });
    return true;
  } catch (error) {
    throw new Error((error as NodeJS.ErrnoException).code ?? (error as Error).message, { cause: error });
  }
}

async function writeOwn(
  world: WritingWorld,
  stream: { descriptor: number; content: Content },
): Promise<boolean> {
  try {
    await writeContent(world, stream);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    return false;
  }
}

async function writeThrough(
  world: WritingWorld,
  { path, stat, content }: { path: string; stat: Stats | null; content: Content },
): Promise<void> {
  if (stat?.isDirectory() === true) throw new Error('it is a folder');
  const descriptor = await openPatiently(world, path);
  try {
    await writeContent(world, { descriptor, content });
    if (stat?.isBlockDevice() === true) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function openPatiently(world: WritingWorld, path: string): Promise<number> {
  const { O_WRONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  for (let waitedMs = 0; ; waitedMs += askAgainMs) {
    try {
      return openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      if (waitedMs >= readerWaitMs) throw new Error('no process reads it', { cause: error });
      await world.sleep(askAgainMs);
    }
  }
}
