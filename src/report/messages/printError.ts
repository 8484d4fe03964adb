import type { Context } from '../../context.ts';
import { asProblem, asWarning } from '../../errors.ts';
import { internalError } from '../../internalError.ts';
import { showFault } from '../show/showFault.ts';
import { problemLines, reportWarnings } from './warnings.ts';

/** Prints an error with its hint on stderr. Returns its exit code: 2 for invalid arguments, otherwise 1. */
export function printError(error: unknown, context: Context): number {
  const known = asProblem(error);
  const problem = known ?? internalError(error);
  context.stderr.write(problemLines(problem, 'error'));
  if (known === null) showFault(error, context);
  return problem.code === 'USAGE' ? 2 : 1;
}

/** Reports as a warning why a command was not recorded: the command itself ran. */
export function printUnrecorded(error: unknown, context: Context): void {
  const target = context.env.DEPLOYTRACK_WARNINGS || 'stderr';
  reportWarnings(context, { warnings: [asWarning(error, 'recording')], target });
}
