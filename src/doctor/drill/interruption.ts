import type { Context } from '../../context.ts';

/** Signals that ask to end, kept until what must not be left behind is removed. */
export interface Interruption {
  /** The first one; null if none came. */
  readonly signal: () => NodeJS.Signals | null;
  /** Sleeps, but not longer than until a signal. */
  readonly sleep: (ms: number) => Promise<void>;
  /** From here on signals have their usual effect; one that came ends the process now. */
  readonly release: () => void;
}

/** The second signal ends the process at once. */
export function heldSignals(context: Pick<Context, 'onSignal' | 'kill' | 'pid' | 'sleep'>): Interruption {
  let first: NodeJS.Signals | null = null;
  let tell = () => {};
  const came = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const forget = () => {
    for (const one of forgets) one();
  };
  const forgets = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    context.onSignal(signal, () => {
      if (first !== null) {
        forget();
        context.kill(context.pid, signal);
      }
      first = signal;
      tell();
    }),
  );
  return {
    signal: () => first,
    sleep: (ms) => Promise.race([context.sleep(ms), came]),
    release() {
      forget();
      if (first !== null) context.kill(context.pid, first);
    },
  };
}
