import { dirname, join } from 'node:path';
import { runBare } from './cli/bare.ts';
import { onlyTells } from './cli/bareSplit.ts';
import { processContext } from './context.ts';
import { brokenPart } from './installation.ts';
import { guardedContext } from './report/messages/ciOutput.ts';

/** What runs where the entry itself cannot be loaded: `bin/deploytrack.js` hands over why. */
module.exports = (cause: unknown) => {
  const context = guardedContext(processContext());
  const entry = join(dirname(__dirname), 'dist/deploytrack.cjs');
  const argv = process.argv.slice(2);
  // A question that cannot be answered says so also where deploytrack is disabled: no answer is no yes.
  const isSilent = context.env.DEPLOYTRACK_DISABLED === '1' && !onlyTells(argv);
  const why = isSilent ? null : brokenPart(entry, cause ?? 'it is truncated');
  void runBare(argv, { context, why }).then((code) => process.exit(code));
};
