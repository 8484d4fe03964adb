import type { Context } from '../../context.ts';
import { lostOutput } from './lostOutput.ts';
import { problemLines } from './warnings.ts';

/** The exit code of a command that is for what it prints: 1 if it succeeded and its output is lost. */
export function heard(context: Context, code: number): number {
  const lost = lostOutput(context);
  if (lost === null) return code;
  context.stderr.write(problemLines({ message: lost }, 'error'));
  return code === 0 ? 1 : code;
}
