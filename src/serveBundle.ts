/** The bundle of the commands that need the server: marks load nothing of it. */
import { servedLoaders } from './cli/load/served.ts';
import type { ServedBundle } from './cli/main.ts';
import { programVersion } from './programVersion.ts';

const served: ServedBundle = { version: programVersion, loaders: servedLoaders };

module.exports = served;
