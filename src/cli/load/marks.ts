// Made by scripts/commandTables.mjs from the records in src/commands/. Do not edit.
import type { Loaders } from '../runCommand.ts';

export const markLoaders: Loaders = {
  'phase start': () => import('../../commands/phaseStart.ts'),
  'phase end': () => import('../../commands/phaseEnd.ts'),
  'phase run': () => import('../../commands/phaseRun.ts'),
  'extract': () => import('../../commands/extract.ts'),
  'venv-rebuild': () => import('../../commands/venvRebuild.ts'),
  'migrate': () => import('../../commands/migrate.ts'),
  'cutover': () => import('../../commands/cutover.ts'),
  'smoke': () => import('../../commands/smoke.ts'),
};
