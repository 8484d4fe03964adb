/** The bundle of the marks. */
import type { Marks } from './cli/fastPath.ts';
import { recordWrapped, runMark } from './cli/runMark.ts';
import { programVersion } from './programVersion.ts';

const marks: Marks = { version: programVersion, runMark, recordWrapped };

module.exports = marks;
