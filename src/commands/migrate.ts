import { defineCommand } from '../cli/define/command.ts';
import { exitsOfPhase } from '../cli/define/exits.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { irreversible, migrateOptions, phaseOptions } from '../cli/define/wrapOptions.ts';
import { wrapPhase } from '../phases/wrapPhase.ts';
import { readWrapPlan } from '../phases/wrapPlan.ts';
import type { Session } from '../session.ts';

/** `migrate -- <command…>`: times one command as the phase migration. */
export const command = defineCommand({
  name: 'migrate',
  after: 'venv-rebuild',
  summary: 'run the database migrations and time them',
  group: 'script',
  examples: [
    'deploytrack migrate -- alembic upgrade head',
    'deploytrack migrate --count-pattern alembic -- alembic upgrade head',
  ],
  phase: 'migration',
  options: { ...phaseOptions, ...migrateOptions, irreversible },
  settings: ofMarks,
  exits: exitsOfPhase,
  policy: { fast: true, onWrongSetting: 'warn', wraps: true, sends: 'mark' },
  run: (session: Session, input) => wrapPhase(session, readWrapPlan(session.command, input)),
});
