/** The bundle of the words that serve: nothing of it is loaded by a mark. */
import { report } from './commands/report.ts';
import { serve } from './commands/serve.ts';
import type { Served } from './main.ts';

const served: Served = { serve, report };

module.exports = served;
