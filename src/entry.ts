import { main } from './cli/fastPath.ts';
import { processContext } from './context.ts';
import { guardedContext } from './report/ciOutput.ts';
import { sayError } from './report/sayError.ts';

/** The process: reads its arguments, ends with the exit code. */
export function run(): void {
  const context = guardedContext(processContext());
  void main(process.argv.slice(2), context)
    .catch((error: unknown) => sayError(error, context))
    .then((code) => process.exit(code));
}
