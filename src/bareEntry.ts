import { dirname, join } from 'node:path';
import { runBare } from './cli/bare.ts';
import { onlyTells } from './cli/bareSplit.ts';
import { processContext } from './context.ts';
import { brokenPart } from './installation.ts';
import { guardedContext } from './report/messages/ciOutput.ts';

/** Runs if the entry itself cannot be loaded; `bin/deploytrack.js` passes the reason. */
module.exports = (cause: unknown) => {
  const context = guardedContext(processContext());
  const entry = join(dirname(__dirname), 'dist/deploytrack.cjs');
  const argv = process.argv.slice(2);
  // Reading commands report the failure even if deploytrack is disabled: no output is not an answer.
  const isSilent = context.env.DEPLOYTRACK_DISABLED === '1' && !onlyTells(argv);
  const why = isSilent ? null : brokenPart(entry, cause ?? 'it is truncated');
  void runBare(argv, { context, why }).then((code) => process.exit(code));
};
