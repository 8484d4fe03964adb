import type { Context } from '../context.ts';
import type { Instant } from '../model.ts';
import { type Attempt, createProbe } from './attempt.ts';
import { signedSeconds } from './order.ts';
import { createSender, type Sender } from './sender.ts';
import type { ProbeTarget } from './target.ts';

export interface ProberOptions {
  readonly target: ProbeTarget;
  readonly intervalMs: number;
  /** An attempt is successful with a 2xx within this time; 1000 by default. */
  readonly attemptTimeoutMs?: number;
  /** Called with each attempt when it is settled. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

export interface Prober {
  /** Settles when the first attempt is settled, or one interval has passed. */
  readonly first: Promise<void>;
  /** True as soon as an attempt sent at or after `after` is successful; false `timeoutMs` after that instant. */
  untilGood(wait: { after: Instant; timeoutMs: number }): Promise<boolean>;
  /**
   * Stops sending and waits for attempts in progress, at most until `hurry`; returns all attempts in the order of
   * sending.
   */
  stop(hurry?: Promise<unknown>): Promise<Attempt[]>;
}

/** Sends an attempt every interval from now on, whatever happened to earlier ones. Any version is accepted. */
export function startProber(context: Context, options: ProberOptions): Prober {
  const { target, intervalMs, attemptTimeoutMs = 1000 } = options;
  const sender = createSender(createProbe(context, { ...target, expectVersion: null, expectStatus: '2xx' }));
  if (options.onAttempt !== undefined) sender.onAttempt(options.onAttempt);
  const elapsedMs = (since: Instant) => signedSeconds(since, context.instant()) * 1000;
  const send = () => sender.send(attemptTimeoutMs);
  const first = firstAnswer(send(), intervalMs);
  const endTicks = everyInterval(intervalMs, { clock: context, tick: send });
  return {
    first,
    untilGood({ after, timeoutMs }) {
      const good = firstGood(sender, { after, waitMs: Math.max(timeoutMs - elapsedMs(after), 0) });
      void send(); // do not wait for the next interval
      return good;
    },
    stop(hurry) {
      endTicks();
      return sender.settled(hurry);
    },
  };
}

async function firstAnswer(answered: Promise<void>, longestMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, longestMs);
  });
  await Promise.race([answered, passed]);
  clearTimeout(timer);
}

/** Ticks at whole intervals from now: without drift, and without making up for what a blocked process missed. */
function everyInterval(
  intervalMs: number,
  { clock, tick }: { clock: Context; tick: () => void },
): () => void {
  const startedAt = clock.instant();
  let ticks = 0;
  let timer = setTimeout(onTime, intervalMs);
  function onTime(): void {
    tick();
    const elapsedMs = signedSeconds(startedAt, clock.instant()) * 1000;
    ticks = Math.max(ticks + 1, Math.floor(elapsedMs / intervalMs));
    timer = setTimeout(onTime, Math.max((ticks + 1) * intervalMs - elapsedMs, 1));
  }
  return () => clearTimeout(timer);
}

/** Only an attempt that was sent afterwards shows the state afterwards. */
function firstGood(sender: Sender, { after, waitMs }: { after: Instant; waitMs: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), waitMs);
    const forget = sender.onAttempt((attempt) => {
      if (attempt.healthy && signedSeconds(after, attempt.startedAt) >= 0) end(true);
    });
    function end(good: boolean): void {
      clearTimeout(timer);
      forget();
      resolve(good);
    }
  });
}
