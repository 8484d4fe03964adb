import { readFileSync, readSync } from 'node:fs';
import { type FileWorld, mayHang } from './fileWithin.ts';
import { isStdin, type PipeWorld, readPatiently } from './readPatiently.ts';
import { runAside } from './runAside.ts';
import { gatherTail, type Tail } from './tail.ts';

/** The part of the context that is needed to read a text of the user. */
export type TailWorld = FileWorld & PipeWorld;

const mostBytes = 1_073_741_824;
const patience = { writerSeconds: 2, silenceSeconds: 10, totalSeconds: 60, mostBytes };
/** Closing a pipe early would kill its writer, which may be the deployment itself. */
const stdinPatience = { writerSeconds: 2, silenceSeconds: 60, totalSeconds: 600, mostBytes };
/** The end of a file that grows while it is read is its end at this moment. */
const mostGrowthBytes = 1_048_576;
/** A file on another machine's mount gets this long to respond. */
const withinMs = 5000;

/**
 * The last bytes of a file, a pipe or a terminal, or of standard input if the path names that. Of a long file only the
 * needed part is read; a pipe is waited for, within a time limit. Throws an Error whose message completes "<file>
 * cannot be read: …".
 */
export async function readTail(world: TailWorld, path: string, keepBytes: number): Promise<Tail> {
  if (!isStdin(path) && mayHang(world, path)) return ofRemote(world, path, keepBytes);
  const gathered = gatherTail(keepBytes);
  const read = await readPatiently(world, path, {
    ofFile: ({ descriptor, stat }) =>
      ofFile(descriptor, { from: descriptor === 0 ? positionOfStdin() : 0, size: stat.size, keepBytes }),
    taker: {
      take: (part) => gathered.add(part),
      patience: isStdin(path) ? stdinPatience : patience,
    },
  });
  return typeof read === 'boolean' ? gathered.tail(!read) : read;
}

/** If another process has read before us. */
function positionOfStdin(): number {
  try {
    return Number(/^pos:\s+(\d+)/.exec(readFileSync('/proc/self/fdinfo/0', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function ofFile(
  descriptor: number,
  { from, size, keepBytes }: { from: number; size: number; keepBytes: number },
): Tail {
  const start = Math.max(from, size - keepBytes);
  const gathered = gatherTail(keepBytes);
  const chunk = Buffer.alloc(65_536);
  let at = start;
  while (at < start + keepBytes + mostGrowthBytes) {
    const read = readSync(descriptor, chunk, 0, chunk.length, at);
    if (read === 0) break;
    gathered.add(Buffer.from(chunk.subarray(0, read)));
    at += read;
  }
  const tail = gathered.tail(false);
  if (start === from) return tail;
  const head = Buffer.alloc(2);
  readSync(descriptor, head, 0, 2, from);
  return { ...tail, isCut: true, head };
}

async function ofRemote(world: TailWorld, path: string, keepBytes: number): Promise<Tail> {
  const answer = await runAside(world, { task: tailTask, argument: { path, keepBytes }, withinMs });
  return {
    bytes: answer.subarray(3),
    isCut: answer[0] === 1,
    isUnfinished: false,
    head: answer.subarray(1, 3),
  };
}

/** Runs in another process: returns whether it is cut, the first two bytes, and the last ones. */
function tailTask({ path, keepBytes }: { path: string; keepBytes: number }): void {
  const fs = require('node:fs') as typeof import('node:fs');
  const file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  const stat = fs.fstatSync(file);
  if (!stat.isFile()) throw new Error('it is not a regular file');
  const from = Math.max(0, stat.size - keepBytes);
  const bytes = Buffer.alloc(3 + Math.min(stat.size, keepBytes));
  bytes[0] = from > 0 ? 1 : 0;
  fs.readSync(file, bytes, 1, Math.min(2, bytes.length - 3), 0);
  let at = 3;
  while (at < bytes.length) {
    const read = fs.readSync(file, bytes, at, bytes.length - at, from + at - 3);
    if (read === 0) break;
    at += read;
  }
  for (let sent = 0; sent < at; ) sent += fs.writeSync(1, bytes, sent, at - sent);
}
