/** The bundle of the words that serve: nothing of it is loaded by a mark. */
import { report } from './commands/report.ts';
import { serve } from './commands/serve.ts';
import type { ServedBundle } from './main.ts';
import { programVersion } from './programVersion.ts';

const served: ServedBundle = { version: programVersion, serve, report };

module.exports = served;
