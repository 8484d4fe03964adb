import { join } from 'node:path';
import { loadBundle } from './bundle.ts';
import { processContext } from './context.ts';
import { type Marks, main } from './hot.ts';
import { guardedContext } from './report/ciOutput.ts';
import type { Cold } from './session.ts';

/** The process: reads its arguments, ends with the exit code. The other bundles stand beside this one. */
const context = guardedContext(processContext());
let loaded: Marks | undefined;
const marks = (): Marks => {
  loaded ??= loadBundle(join(__dirname, 'marks.cjs')) as Marks;
  return loaded;
};
const cold = (): Cold => require('./cold.cjs') as Cold;

void main(process.argv.slice(2), { context, marks, cold }).then((code) => process.exit(code));
