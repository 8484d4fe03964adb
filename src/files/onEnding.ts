import type { Context } from '../context.ts';

/** Cleans up before a signal ends us, as it would have without; until the function that it gives is called. */
export function onEnding(
  { pid, onSignal, kill }: Pick<Context, 'pid' | 'onSignal' | 'kill'>,
  clean: () => void,
): () => void {
  const forget = () => {
    for (const one of forgets) one();
  };
  const forgets = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
    onSignal(signal, () => {
      forget();
      clean();
      kill(pid, signal);
    }),
  );
  return forget;
}
