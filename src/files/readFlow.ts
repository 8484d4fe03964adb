import { readSync } from 'node:fs';
import type { Context } from '../context.ts';

/** The part of the context that is needed to wait for a pipe. */
export type FlowWorld = Pick<Context, 'sleep' | 'instant'>;

/** How long a pipe may be without a writer, be silent, and last; and how many bytes it may have. */
export interface Patience {
  readonly writerSeconds: number;
  readonly silenceSeconds: number;
  readonly totalSeconds: number;
  readonly mostBytes: number;
}

/** Gets the chunks in order; an error that `take` throws ends the reading. */
export interface Taker {
  readonly take: (part: Buffer) => void;
  readonly patience: Patience;
}

/** A device with more data than this never ends. */
const mostOfDeviceBytes = 1_048_576;
const pauseMs = 20;

interface Flow {
  /** Opened so that reading never blocks. */
  readonly descriptor: number;
  /** A person at a terminal has no time limit. */
  readonly kind: 'pipe' | 'terminal' | 'device';
}

/**
 * Passes on what comes until the end; false if the patience ended first. Throws an Error whose message completes
 * "<file> cannot be read: …" if nothing came.
 */
export async function readFlow(
  world: FlowWorld,
  { descriptor, kind }: Flow,
  { take, patience }: Taker,
): Promise<boolean> {
  const chunk = Buffer.alloc(65_536);
  const clock = clockOf(world, kind === 'terminal' ? null : patience);
  let hasWriter = kind !== 'pipe';
  for (;;) {
    const read = readSome(descriptor, chunk);
    if (read === 0 && hasWriter) return true;
    hasWriter ||= read !== 0;
    if (read !== null && read > 0) {
      take(Buffer.from(chunk.subarray(0, read)));
      clock.heard(read);
      if (kind === 'device' && clock.bytes > mostOfDeviceBytes) throw new Error('it does not end');
    } else await world.sleep(pauseMs);
    if (clock.isOver(hasWriter)) return clock.endedEarly(hasWriter);
  }
}

/** The same for standard input that cannot be opened a second time: a socket, or a pipe of another account. */
export async function readStream(
  world: FlowWorld,
  { isTerminal }: { isTerminal: boolean },
  { take, patience }: Taker,
): Promise<boolean> {
  const clock = clockOf(world, isTerminal ? null : patience);
  const input = isTerminal
    ? new (require('node:tty') as typeof import('node:tty')).ReadStream(0)
    : new (require('node:net') as typeof import('node:net')).Socket({
        fd: 0,
        readable: true,
        writable: false,
      });
  let isDone = false;
  const ended = new Promise<void>((resolve, reject) => {
    for (const event of ['end', 'close', 'error']) input.on(event, () => resolve());
    input.on('data', (part: Buffer) => {
      clock.heard(part.length);
      try {
        take(part);
      } catch (error) {
        reject(error);
      }
    });
  }).finally(() => {
    isDone = true;
  });
  try {
    while (!isDone) {
      await Promise.race([ended, world.sleep(10 * pauseMs)]);
      if (!isDone && clock.isOver(true)) return clock.endedEarly(true);
    }
    return true;
  } finally {
    ended.catch(() => {});
    input.destroy();
  }
}

function clockOf({ instant }: FlowWorld, patience: Patience | null) {
  const now = () => instant().monotonicSeconds ?? 0;
  const began = now();
  let [lastHeard, bytes] = [began, 0];
  return {
    get bytes() {
      return bytes;
    },
    heard(more: number) {
      lastHeard = now();
      bytes += more;
    },
    isOver(hasWriter: boolean): boolean {
      if (patience === null) return false;
      const silent = now() - lastHeard;
      return (
        silent >= (hasWriter ? patience.silenceSeconds : patience.writerSeconds) ||
        now() - began >= patience.totalSeconds ||
        bytes >= patience.mostBytes
      );
    },
    endedEarly(hasWriter: boolean): false {
      if (bytes > 0) return false;
      throw new Error(
        hasWriter ? `no data came within ${patience?.silenceSeconds} s` : 'no process writes to this pipe',
      );
    },
  };
}

/** Null if there is no data yet. */
function readSome(descriptor: number, chunk: Buffer): number | null {
  try {
    return readSync(descriptor, chunk);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return null;
    if (code === 'EOF') return 0;
    throw new Error(code ?? (error as Error).message, { cause: error });
  }
}
