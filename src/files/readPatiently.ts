import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import type { Context } from '../context.ts';
import { isTerminal } from '../output.ts';
import { type FlowWorld, readFlow, readStream, type Taker } from './readFlow.ts';

/** The part of the context that is needed to read a file of the user that may be a pipe. */
export type PipeWorld = FlowWorld & Pick<Context, 'platform'>;

/** An open regular file, to be read by the caller. */
export interface OpenedRegular {
  readonly descriptor: number;
  readonly stat: Stats;
}

/** Whether a path is standard input, which may have been opened by another account. */
export function isStdin(path: string): boolean {
  return /^(-|\/dev\/stdin|\/(dev|proc\/self)\/fd\/0)$/.test(path);
}

/**
 * Reads a file, a pipe, a terminal or a device that the user named: `ofFile` gets a regular file, `taker` a stream.
 * True if the stream was read to its end. Throws an Error whose message completes "<file> cannot be read: …".
 */
export async function readPatiently<Answer>(
  world: PipeWorld,
  path: string,
  { ofFile, taker }: { ofFile: (file: OpenedRegular) => Answer; taker: Taker },
): Promise<Answer | boolean> {
  if (isStdin(path)) return ofStdin(world, { ofFile, taker });
  return ofPath(world, path, { ofFile, taker });
}

interface Readers<Answer> {
  readonly ofFile: (file: OpenedRegular) => Answer;
  readonly taker: Taker;
}

async function ofPath<Answer>(
  world: PipeWorld,
  path: string,
  readers: Readers<Answer>,
): Promise<Answer | boolean> {
  const descriptor = openNow(path);
  try {
    return await ofOpened(world, descriptor, readers);
  } finally {
    closeSync(descriptor);
  }
}

function openNow(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
  } catch (error) {
    throw new Error((error as NodeJS.ErrnoException).code ?? (error as Error).message, { cause: error });
  }
}

async function ofOpened<Answer>(
  world: PipeWorld,
  descriptor: number,
  { ofFile, taker }: Readers<Answer>,
): Promise<Answer | boolean> {
  const stat = fstatSync(descriptor);
  if (stat.isFile()) return ofFile({ descriptor, stat });
  if (stat.isDirectory()) throw new Error('it is a folder');
  if (!stat.isFIFO() && !stat.isCharacterDevice()) throw new Error('it is neither a file nor a pipe');
  const kind = stat.isFIFO() ? 'pipe' : isTerminal(descriptor) ? 'terminal' : 'device';
  return readFlow(world, { descriptor, kind }, taker);
}

/** A stream through our own opening, which never blocks and changes nothing for other users of the same pipe. */
async function ofStdin<Answer>(world: PipeWorld, readers: Readers<Answer>): Promise<Answer | boolean> {
  const stat = fstatSync(0);
  const terminal = isTerminal(0);
  if (!stat.isSocket() && !stat.isFIFO() && !terminal) return ofOpened(world, 0, readers);
  if (world.platform === 'linux' && !stat.isSocket()) {
    const own = openedAgain();
    if (own !== null) {
      try {
        return await ofOpened(world, own, readers);
      } finally {
        closeSync(own);
      }
    }
  }
  return readStream(world, { isTerminal: terminal }, readers.taker);
}

function openedAgain(): number | null {
  try {
    return openNow('/proc/self/fd/0');
  } catch {
    return null; // belongs to another account
  }
}
