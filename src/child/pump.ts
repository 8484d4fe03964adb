import { readSync, write as writeSome } from 'node:fs';
import type { Socket } from 'node:net';
import type { OutputFilter } from './markLines.ts';

const chunkBytes = 64 * 1024;
/** More than a pipe can hold: its content is read when the command ends, without waiting for processes left behind. */
const longestRest = 32;
/** If the rest cannot be read at once, this much silence after the command's end means that there is none. */
const silenceMs = 100;
const writerFullMs = 5;
/** What a filter keeps back waits this long for the rest of its line: it may be a prompt. */
const keptBackMs = 100;

/** Copies from the wrapped command to one of our own streams. */
export interface Passage {
  readonly from: Socket;
  /** The descriptor of `from`, non-blocking; null if it is unknown. */
  readonly fromDescriptor: number | null;
  readonly to: number;
  /** Sees every chunk as it came. */
  readonly notice: (chunk: Buffer) => void;
  /** Sees every chunk that is written: without what the filter leaves out. */
  readonly noticeWritten?: (chunk: Buffer) => void;
  /** Decides what is written; otherwise everything. */
  readonly filter?: OutputFilter | undefined;
}

/**
 * Copies bytes as they come, no faster than they are accepted. The promise of `finish` settles when all are written.
 */
export function pump({ from, fromDescriptor, to, notice, noticeWritten, filter }: Passage): {
  finish(): Promise<void>;
} {
  let writing = Promise.resolve();
  let passedBytes = 0;
  let waiting: NodeJS.Timeout | undefined;
  const write = (chunk: Buffer) => {
    if (chunk.length === 0) return;
    noticeWritten?.(chunk);
    writing = writing.then(async () => {
      // The reader went away: closing our end gives the command the SIGPIPE that it would have got.
      if (!(await writeWhole(to, chunk))) from.destroy();
    });
  };
  const pass = (chunk: Buffer) => {
    passedBytes += chunk.length;
    notice(chunk);
    clearTimeout(waiting);
    write(filter?.take(chunk) ?? chunk);
    if (filter !== undefined) waiting = setTimeout(() => write(filter.release()), keptBackMs);
  };
  const onData = (chunk: Buffer) => {
    pass(chunk);
    from.pause();
    void writing.then(() => from.resume());
  };
  from.on('data', onData);
  from.on('error', () => from.destroy());

  return {
    async finish() {
      for (let before = -1; fromDescriptor === null && before !== passedBytes && !from.closed; ) {
        before = passedBytes;
        await writing;
        await closedOrSilent(from);
      }
      from.pause();
      from.removeListener('data', onData);
      for (let chunk = from.read(); chunk !== null; chunk = from.read()) pass(chunk);
      if (fromDescriptor !== null && !from.destroyed) for (const chunk of rest(fromDescriptor)) pass(chunk);
      clearTimeout(waiting);
      if (filter !== undefined) write(filter.end());
      await writing;
      from.destroy();
    },
  };
}

function* rest(descriptor: number): Generator<Buffer> {
  for (let count = 0; count < longestRest; count += 1) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let length = 0;
    try {
      length = readSync(descriptor, chunk);
    } catch {
      return; // EAGAIN: empty, and a process left behind still holds the other end
    }
    if (length === 0) return;
    yield chunk.subarray(0, length);
  }
}

/** False if no process will read it any more. */
function writeWhole(descriptor: number, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const step = (rest: Buffer): void =>
      writeSome(descriptor, rest, (error, written) => {
        if (error?.code === 'EAGAIN') setTimeout(step, writerFullMs, rest);
        else if (error !== null) resolve(false);
        else if (written < rest.length) step(rest.subarray(written));
        else resolve(true);
      });
    step(bytes);
  });
}

function closedOrSilent(from: Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, silenceMs);
    from.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
