// Made by scripts/commandTables.mjs from the records in src/commands/. Do not edit.
import type { Loaders } from '../runCommand.ts';

export const servedLoaders: Loaders = {
  'report': () => import('../../commands/report.ts'),
  'serve': () => import('../../commands/serve.ts'),
};
