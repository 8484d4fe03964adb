import { runBare } from './cli/bare.ts';
import { onlyTells } from './cli/bareSplit.ts';
import { processContext } from './context.ts';
import { guardedContext } from './report/messages/ciOutput.ts';

/** What runs where the entry itself cannot be loaded: `bin/deploytrack.js` hands over why. */
export function runWithoutEntry(cause: unknown): void {
  const context = guardedContext(processContext());
  const argv = process.argv.slice(2);
  // A question that cannot be answered says so also where deploytrack is disabled: no answer is no yes.
  const isSilent = context.env.DEPLOYTRACK_DISABLED === '1' && !onlyTells(argv);
  void runBare(argv, { context, why: isSilent ? null : cause }).then((code) => process.exit(code));
}
