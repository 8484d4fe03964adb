import { readAll } from './readNamed.ts';
import { type PipeWorld, readPatiently } from './readPatiently.ts';

/** The writer may have to look something up first. */
const patience = {
  writerSeconds: 2,
  silenceSeconds: 60,
  totalSeconds: Number.POSITIVE_INFINITY,
  mostBytes: Number.POSITIVE_INFINITY,
};

/**
 * All of a file or a pipe, or of standard input if the path names that. Throws an Error whose message completes "<file>
 * cannot be read: …", also if it is too large, or a pipe falls silent before its end.
 */
export async function readWhole(
  world: PipeWorld,
  path: string,
  { mostBytes }: { mostBytes: number },
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const take = (part: Buffer) => {
    bytes += part.length;
    if (bytes > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
    parts.push(part);
  };
  const read = await readPatiently(world, path, {
    ofFile: ({ descriptor, stat }) => {
      if (stat.size > mostBytes) throw new Error(`it is larger than ${mostBytes} bytes`);
      return readAll(descriptor, mostBytes);
    },
    taker: { take, patience },
  });
  if (read === false) throw new Error('it did not end in time');
  return read === true ? Buffer.concat(parts) : read;
}
