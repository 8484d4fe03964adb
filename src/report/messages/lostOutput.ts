import type { Context } from '../../context.ts';

/** Codes that say that the reader went away, as `head` does when it has enough: no failure of anybody. */
const readerLeft: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/** What is to be said where standard output could not be written; null where it was, and where its reader left. */
export function lostOutput({ stdout: { problem } }: Pick<Context, 'stdout'>): string | null {
  return problem === null || readerLeft.has(problem)
    ? null
    : `standard output cannot be written (${problem})`;
}
