import { runBare } from './cli/bare.ts';
import { onlyTells } from './cli/bareSplit.ts';
import { processContext } from './context.ts';
import { fittedContext, guardedContext } from './report/messages/warnings.ts';

/** Runs if the entry itself cannot be loaded; `bin/deploytrack.js` passes the reason. */
export function runWithoutEntry(cause: unknown): void {
  const context = guardedContext(fittedContext(processContext()));
  const argv = process.argv.slice(2);
  // Reading commands report the failure even if deploytrack is disabled: no output is not an answer.
  const isSilent = context.env.DEPLOYTRACK_DISABLED === '1' && !onlyTells(argv);
  void runBare(argv, { context, why: isSilent ? null : cause }).then((code) => process.exit(code));
}
