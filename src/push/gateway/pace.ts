import type { IncomingMessage } from 'node:http';
import type { Context } from '../../context.ts';
import { stopwatch } from '../../duration.ts';

/** What comes slower is not read to its end in any time that a command has. */
const slowestBytesPerSecond = 4096;
const shortestGraceMs = 1000;
const everyMs = 250;

/**
 * Watches an answer that may take its time as long as it keeps coming: calls `slow` where, `graceMs` after its head or
 * later, less than 4 KiB a second have come on the average. The returned function ends the watch.
 */
export function watchPace(
  answer: IncomingMessage,
  { context, graceMs, slow }: { context: Context; graceMs: number; slow: (line: string) => void },
): () => void {
  const { socket } = answer;
  const before = socket.bytesRead;
  const sinceMs = stopwatch(context);
  const timer = setInterval(() => {
    const seconds = sinceMs() / 1000;
    if (seconds * 1000 < Math.max(graceMs, shortestGraceMs)) return;
    const bytes = socket.bytesRead - before;
    if (bytes < seconds * slowestBytesPerSecond)
      slow(`the answer came too slowly: ${bytes} bytes in ${seconds.toFixed(1)} s`);
  }, everyMs);
  return () => clearInterval(timer);
}
