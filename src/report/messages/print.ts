import type { Context } from '../../context.ts';
import { formatMessage } from './warnings.ts';

/** One line of ours on stderr, whatever stands in it. */
export function printLine({ stderr }: Pick<Context, 'stderr'>, message: string): void {
  stderr.write(`deploytrack: ${formatMessage({ message })}\n`);
}
