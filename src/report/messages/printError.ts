import type { Context } from '../../context.ts';
import { asProblem, asWarning } from '../../errors.ts';
import { internalError } from '../../internalError.ts';
import { showFault } from '../show/showFault.ts';
import { formatMessage, reportWarnings } from './warnings.ts';

/** An error as one line on stderr, and the exit code that it means: 2 for a wrong word, else 1. */
export function printError(error: unknown, context: Context): number {
  const known = asProblem(error);
  const problem = known ?? internalError(error);
  context.stderr.write(`deploytrack: ${formatMessage(problem)}\n`);
  if (known === null) showFault(error, context);
  return problem.code === 'USAGE' ? 2 : 1;
}

/** What kept a command from being recorded, as a warning where the environment wants warnings: the command ran. */
export function printUnrecorded(error: unknown, context: Context): void {
  const target = context.env.DEPLOYTRACK_WARNINGS || 'stderr';
  reportWarnings(context, { warnings: [asWarning(error, 'recording')], target });
}
