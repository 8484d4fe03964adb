/** One attempt as a program, in an environment of its own; prints the verdict. */
import { processContext } from '../../src/context.ts';
import { createProbe } from '../../src/probe/attempt.ts';
import { parseTarget } from '../../src/probe/target.ts';

const [url = ''] = process.argv.slice(2);
void createProbe(
  processContext(),
  parseTarget({ url }),
)(20_000).then((attempt) => {
  process.stdout.write(attempt.verdict);
});
