import type { Context } from '../../context.ts';
import { visibleLines } from '../../text/visible.ts';

/** The error behind an internal error, for whoever looks for the fault and asks for it. */
export function showFault(error: unknown, { env, stderr }: Context): void {
  if (env.DEPLOYTRACK_DEBUG !== '1') return;
  stderr.write(`${visibleLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
}
