import type { Context } from '../../context.ts';
import { inWords } from './warnings.ts';

/** One line of ours on stderr, whatever stands in it. */
export function say({ stderr }: Pick<Context, 'stderr'>, message: string): void {
  stderr.write(`deploytrack: ${inWords({ message })}\n`);
}
