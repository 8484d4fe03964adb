/** The bundle of the marks. */
import { recordWrapped, runMark } from './commands/phase/runMark.ts';
import type { Marks } from './hot.ts';
import { programVersion } from './programVersion.ts';

const marks: Marks = { version: programVersion, runMark, recordWrapped };

module.exports = marks;
