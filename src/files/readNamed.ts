import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Limits of files that are read whole: a secret or certificate, text of a person, a list made by a machine. */
export const limitBytes = { secret: 65_536, words: 1_048_576 } as const;

/**
 * The content of a file that the user named, links followed. Never waits: a pipe, a device or a folder cannot be read
 * whole. Throws an Error whose message completes "<file> cannot be read: …".
 */
export function readNamed(path: string, { mostBytes }: { mostBytes: number }): Buffer {
  const descriptor = open(path);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Error('it is not a regular file');
    if (stat.size > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    return readAll(descriptor, mostBytes);
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw new Error((error as NodeJS.ErrnoException).code ?? (error as Error).message, { cause: error });
  }
}

/** Kernel files report 0 bytes and contain more; other files may grow while they are read. */
export function readAll(descriptor: number, mostBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const chunk = Buffer.alloc(Math.min(65_536, mostBytes + 1 - bytes));
    const read = readSync(descriptor, chunk, 0, chunk.length, null);
    if (read === 0) return Buffer.concat(chunks);
    bytes += read;
    if (bytes > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    chunks.push(chunk.subarray(0, read));
  }
}
