// Made by scripts/commandTables.mjs from the records in src/commands/. Do not edit.
import type { Session } from '../../session.ts';
import type { Command } from '../define/command.ts';

/** The files of the commands, each loaded at its first use. */
export const commandLoaders: Readonly<Record<string, () => Promise<{ readonly command: Command<Session> }>>> = {
  'start': () => import('../../commands/start.ts'),
  'phase start': () => import('../../commands/phaseStart.ts'),
  'phase end': () => import('../../commands/phaseEnd.ts'),
  'phase record': () => import('../../commands/phaseRecord.ts'),
  'phase run': () => import('../../commands/phaseRun.ts'),
  'extract': () => import('../../commands/extract.ts'),
  'venv-rebuild': () => import('../../commands/venvRebuild.ts'),
  'migrate': () => import('../../commands/migrate.ts'),
  'cutover': () => import('../../commands/cutover.ts'),
  'health': () => import('../../commands/health.ts'),
  'smoke': () => import('../../commands/smoke.ts'),
  'error-rate': () => import('../../commands/errorRate.ts'),
  'cost': () => import('../../commands/cost.ts'),
  'finish': () => import('../../commands/finish.ts'),
  'rollback': () => import('../../commands/rollback.ts'),
  'run': () => import('../../commands/run.ts'),
  'history': () => import('../../commands/history.ts'),
  'show': () => import('../../commands/show.ts'),
  'compare': () => import('../../commands/compare.ts'),
  'report': () => import('../../commands/report.ts'),
  'stats': () => import('../../commands/stats.ts'),
  'init': () => import('../../commands/init.ts'),
  'doctor': () => import('../../commands/doctor.ts'),
  'push': () => import('../../commands/push.ts'),
  'serve': () => import('../../commands/serve.ts'),
  'rules': () => import('../../commands/rules.ts'),
  'dashboards': () => import('../../commands/dashboards.ts'),
  'import': () => import('../../commands/import.ts'),
  'export': () => import('../../commands/export.ts'),
  'completion': () => import('../../commands/completion.ts'),
  'shell': () => import('../../commands/shell.ts'),
  'left-prober': () => import('../../commands/backgroundProber.ts'),
};
