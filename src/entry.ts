import { join } from 'node:path';
import { type Marks, main } from './cli/fastPath.ts';
import { processContext } from './context.ts';
import { bundleLoader } from './installation.ts';
import { programVersion } from './programVersion.ts';
import { guardedContext } from './report/messages/ciOutput.ts';
import { printError } from './report/messages/printError.ts';
import type { Cold } from './session.ts';

/** The process: reads its arguments, ends with the exit code. The other bundles are next to this one. */
function run(): void {
  const context = guardedContext(processContext());
  const marks = bundleLoader<Marks>(join(__dirname, 'marks.cjs'));
  const cold = bundleLoader<Cold>(join(__dirname, 'cold.cjs'));
  void main(process.argv.slice(2), { context, marks, cold })
    .catch((error: unknown) => printError(error, context))
    .then((code) => process.exit(code));
}

// The last statement of this bundle: if it is missing, the file was truncated.
module.exports = { version: programVersion, run };
