import { dirname, join } from 'node:path';
import { runBare } from './bare.ts';
import { processContext } from './context.ts';
import { brokenPart } from './installation.ts';
import { guardedContext } from './report/ciOutput.ts';

/** What runs where the entry itself cannot be loaded: `bin/deploytrack.js` hands over why. */
module.exports = (cause: unknown) => {
  const context = guardedContext(processContext());
  const entry = join(dirname(__dirname), 'dist/deploytrack.cjs');
  const why = context.env.DEPLOYTRACK_DISABLED === '1' ? null : brokenPart(entry, cause ?? 'it is cut');
  void runBare(process.argv.slice(2), { context, why }).then((code) => process.exit(code));
};
