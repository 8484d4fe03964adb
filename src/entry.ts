import { main } from './cli/fastPath.ts';
import { processContext } from './context.ts';
import { guardedContext } from './report/messages/ciOutput.ts';
import { printError } from './report/messages/printError.ts';

/** The process: reads its arguments, ends with the exit code. */
export function run(): void {
  const context = guardedContext(processContext());
  void main(process.argv.slice(2), context)
    .catch((error: unknown) => printError(error, context))
    .then((code) => process.exit(code));
}
