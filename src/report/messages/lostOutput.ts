import type { Context } from '../../context.ts';

/** Codes for a reader that closed the pipe, as `head` does; this is not an error. */
const readerLeft: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/** The error message if standard output could not be written; null if it was written or its reader closed it. */
export function lostOutput({ stdout: { problem } }: Pick<Context, 'stdout'>): string | null {
  return problem === null || readerLeft.has(problem)
    ? null
    : `standard output cannot be written (${problem})`;
}
