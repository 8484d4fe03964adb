import type { Context } from '../../context.ts';
import { problemLines } from './warnings.ts';

/** A note on stderr, in one line. */
export function printLine({ stderr }: Pick<Context, 'stderr'>, message: string): void {
  stderr.write(problemLines({ message }));
}
