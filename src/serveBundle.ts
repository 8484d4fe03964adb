/** The bundle of the words that serve: nothing of it is loaded by a mark. */
import { serve } from './commands/serve.ts';
import type { Served } from './main.ts';

const served: Served = { serve };

module.exports = served;
