import type { Context } from '../../context.ts';
import { visibleLines } from '../../text/visible.ts';

/** Prints the cause of an internal error if DEPLOYTRACK_DEBUG=1. */
export function showFault(error: unknown, { env, stderr }: Context): void {
  if (env.DEPLOYTRACK_DEBUG !== '1') return;
  stderr.write(`${visibleLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
}
