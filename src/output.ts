import { constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import type { Context, Output } from './context.ts';

interface OutputParts {
  /** Node's own stream; loaded only for a terminal. */
  readonly stream: () => NodeJS.WriteStream;
  readonly platform: NodeJS.Platform;
  readonly isTerminal?: (descriptor: number) => boolean;
}

/**
 * One of the process's own streams. If standard output cannot be written, that is noted, and nothing more is written
 * after the gap; failures of standard error are ignored.
 */
export function processOutput(
  descriptor: 1 | 2,
  { stream, platform, isTerminal: isTty = isTerminal }: OutputParts,
): Output {
  let problem: string | null = null;
  const isConsole = () => platform === 'win32' && isTty(descriptor);
  const ofDescriptor = writerAtOnce(descriptor, platform);
  const size = (of: 'columns' | 'rows') => {
    const known = isTerminal(descriptor) ? stream()[of] : 0;
    return known > 0 ? known : undefined; // 0 means that the terminal does not know it
  };
  return {
    write(text) {
      if (isConsole()) intoConsole(stream(), text);
      else if (problem === null || descriptor === 2) problem = writeAll(descriptor, text);
    },
    get problem() {
      return problem;
    },
    writeAtOnce: (text) => (isConsole() ? intoConsole(stream(), text) : ofDescriptor(text)),
    get isTerminal() {
      return isTerminal(descriptor);
    },
    get columns() {
      return size('columns');
    },
    get rows() {
      return size('rows');
    },
  };
}

/** The module loads half of Node's network code: only for descriptors that may be a terminal. */
export function isTerminal(descriptor: number): boolean {
  if (isOtherThing(descriptor)) return false;
  return (require('node:tty') as typeof import('node:tty')).isatty(descriptor);
}

/** FORCE_COLOR decides if it is set (0 or false means no colors), then NO_COLOR, then the terminal. */
export function wantsColor(env: Context['env'], isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal && env.TERM !== 'dumb';
}

/**
 * A console of Windows reads bytes in its code page, which is rarely UTF-8: `grün` becomes `grÃ¼n`. Node's stream gives
 * it characters, and waits until they are written, as `writeSync` does. Text for a console that was closed is dropped.
 */
function intoConsole(stream: NodeJS.WriteStream, text: string): true {
  if (stream.listenerCount('error') === 0) stream.on('error', () => {});
  stream.write(text);
  return true;
}

/** Complete and in order, even into a full pipe. Returns the error code, otherwise null. */
function writeAll(descriptor: number, text: string): string | null {
  let rest = Buffer.from(text, 'utf8');
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (rest.length > 0) {
    try {
      const written = writeSync(descriptor, rest);
      if (written === 0) return 'EIO';
      rest = rest.subarray(written);
    } catch (error) {
      const { code = 'EIO' } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') return code;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
  return null;
}

/**
 * Linux: through an opening of our own that never blocks, since a stopped terminal (Ctrl-S), or one without a reader,
 * blocks its writers. The rest of a call is written before the next, so that no escape sequence is torn.
 */
function writerAtOnce(descriptor: number, platform: NodeJS.Platform): (text: string) => boolean {
  let own: number | null | undefined;
  let rest = Buffer.alloc(0);
  const flush = (target: number): boolean => {
    while (rest.length > 0) rest = rest.subarray(writeSync(target, rest));
    return true;
  };
  return (text) => {
    if (own === undefined) own = platform === 'linux' ? openAgain(descriptor) : descriptor;
    if (own === null) return false;
    try {
      flush(own);
      rest = Buffer.from(text, 'utf8');
      return flush(own);
    } catch {
      return false;
    }
  };
}

function openAgain(descriptor: number): number | null {
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return null; // another account's terminal, or no /proc
  }
}

function isOtherThing(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isCharacterDevice()) return stat.isFile() || stat.isFIFO() || stat.isSocket();
    return stat.rdev === statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}
