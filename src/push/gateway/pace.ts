import type { IncomingMessage } from 'node:http';
import type { Context } from '../../context.ts';
import { stopwatch } from '../../duration.ts';

/** A slower response cannot be read within any command's time. */
const slowestBytesPerSecond = 4096;
const shortestGraceMs = 1000;
const everyMs = 250;

/**
 * Watches a response that may take its time as long as it keeps coming: calls `slow` if, at `graceMs` after its head or
 * later, the average is below 4 KiB per second. The returned function ends the watch.
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
      slow(`the response was too slow: ${bytes} bytes in ${seconds.toFixed(1)} s`);
  }, everyMs);
  return () => clearInterval(timer);
}
