import type { Context } from '../../context.ts';
import { visibleLines } from '../../text/visible.ts';
import { inSources } from './sourcePlaces.ts';

/** Prints the cause of an internal error if DEPLOYTRACK_DEBUG=1. */
export function showFault(error: unknown, { env, stderr }: Context): void {
  if (env.DEPLOYTRACK_DEBUG !== '1') return;
  const text = error instanceof Error ? inSources(error.stack ?? error.message) : String(error);
  stderr.write(`${visibleLines(text)}\n`);
}
