import type { Context } from '../context.ts';
import { appendAttempts, appendEnd, type RecordedAttempts, readAttempts } from './attemptFile.ts';
import { signedSeconds } from './order.ts';
import { startProber } from './prober.ts';
import type { ProbeTarget } from './target.ts';

export interface BackgroundProberOptions {
  readonly target: ProbeTarget;
  readonly intervalMs: number;
  /** One attempt per line. The spawner creates it, readable for us only; when it is gone, the prober ends. */
  readonly file: string;
  /** The longest that it may run. */
  readonly maxMs: number;
}

/**
 * Probes for a script that has continued: until a signal, `maxMs`, or its file is gone. Then it waits for attempts in
 * progress, at most an attempt's second, and records in the file that it has ended.
 */
export async function runBackgroundProber(context: Context, options: BackgroundProberOptions): Promise<void> {
  const ending = createEnding(context, options.maxMs);
  const prober = startProber(context, {
    target: options.target,
    intervalMs: options.intervalMs,
    onAttempt: (attempt) => {
      if (!appendAttempts(options.file, [attempt])) ending.end();
    },
  });
  await ending.ended;
  await prober.stop();
  appendEnd(options.file);
}

/**
 * Ends a background prober and waits until all its results are in its file, at most `timeoutMs`. The caller has
 * verified that the process is still the prober; the file stays.
 */
export async function stopBackgroundProber(
  context: Context,
  { pid, file, timeoutMs }: { pid: number; file: string; timeoutMs: number },
): Promise<RecordedAttempts> {
  const calledAt = context.instant();
  context.kill(pid, 'SIGTERM');
  for (;;) {
    const alive = context.kill(pid, 0); // checked before reading: what a process wrote before it died is read
    const left = readAttempts(file);
    const waitedMs = signedSeconds(calledAt, context.instant()) * 1000;
    if (left.ended || !alive || waitedMs >= timeoutMs) return left;
    await context.sleep(10);
  }
}

function createEnding(context: Context, maxMs: number): { ended: Promise<void>; end: () => void } {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    const timer = setTimeout(() => end(), maxMs);
    const releases = (['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((name) =>
      context.onSignal(name, () => end()),
    );
    end = () => {
      clearTimeout(timer);
      for (const release of releases) release();
      resolve();
    };
  });
  return { ended, end: () => end() };
}
