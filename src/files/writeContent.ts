import { writeSync } from 'node:fs';
import type { Context } from '../context.ts';

/** Texts and bytes in order, each requested when the one before is written. */
export type Content = Iterable<string | Uint8Array>;

/** Small chunks are written together. */
const gatheredBytes = 65_536;
/** After this many bytes, other tasks, including signals, get a turn. */
const turnBytes = 1_048_576;
/** A reader that accepts nothing for this long is given up. */
const patienceMs = 60_000;
const pauseMs = 10;

/** Writes everything, or throws: a short write continues with the rest, a full pipe is waited for. */
export async function writeContent(
  { sleep }: Pick<Context, 'sleep'>,
  { descriptor, content }: { descriptor: number; content: Content },
): Promise<void> {
  let gathered: Uint8Array[] = [];
  let [gatheredNow, sinceTurn] = [0, 0];
  const flush = async () => {
    await writeBytes(Buffer.concat(gathered), { descriptor, sleep });
    sinceTurn += gatheredNow;
    [gathered, gatheredNow] = [[], 0];
    if (sinceTurn < turnBytes) return;
    sinceTurn = 0;
    await sleep(0);
  };
  for (const part of content) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
    gathered.push(bytes);
    gatheredNow += bytes.length;
    if (gatheredNow >= gatheredBytes) await flush();
  }
  await flush();
}

async function writeBytes(
  bytes: Uint8Array,
  { descriptor, sleep }: { descriptor: number; sleep: Context['sleep'] },
): Promise<void> {
  let [done, waitedMs] = [0, 0];
  while (done < bytes.length) {
    const written = writeSome(descriptor, bytes.subarray(done));
    if (written === 0) {
      if (waitedMs >= patienceMs) throw new Error('its reader does not read');
      await sleep(pauseMs);
      waitedMs += pauseMs;
    } else {
      done += written;
      waitedMs = 0;
    }
  }
}

/** Bytes that were accepted; 0 if there is no room now. */
function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
