import type { Context } from '../context.ts';

/** Cleans up before a signal ends us, which it then does, until the returned function is called. */
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
