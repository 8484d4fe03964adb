import type { Context } from '../../context.ts';
import { asWarning, type DeploytrackError } from '../../errors.ts';
import { internalError } from '../../internalError.ts';
import { showFault } from '../show/showFault.ts';
import { problemLines, reportWarnings } from './warnings.ts';

/** Prints an error with its hint on stderr. Returns its exit code: 2 for invalid arguments, otherwise 1. */
export function printError(error: unknown, context: Context): number {
  // By name: instanceof fails across bundles.
  const known = error instanceof Error && error.name === 'DeploytrackError';
  const problem = known ? (error as DeploytrackError) : internalError(error);
  context.stderr.write(problemLines(problem, 'error'));
  if (!known) showFault(error, context);
  return problem.code === 'USAGE' ? 2 : 1;
}

/** Reports as a warning why a command was not recorded: the command itself ran. */
export function printUnrecorded(error: unknown, context: Context): void {
  const target = context.env.DEPLOYTRACK_WARNINGS || 'stderr';
  reportWarnings(context, { warnings: [asWarning(error, 'recording')], target });
}
