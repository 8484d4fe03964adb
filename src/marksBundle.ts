/** The bundle of the marks. */
import { recordWrapped, runMark } from './commands/phase/runMark.ts';
import type { Marks } from './hot.ts';
import { sayError } from './report/sayError.ts';

const marks: Marks = { runMark, recordWrapped, sayError };

module.exports = marks;
