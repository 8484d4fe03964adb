import { defineCommand } from '../cli/define/command.ts';
import { exitsOfPhase } from '../cli/define/exits.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { phaseOptions } from '../cli/define/wrapOptions.ts';
import { wrapPhase } from '../phases/wrapPhase.ts';
import { readWrapPlan } from '../phases/wrapPlan.ts';
import type { Session } from '../session.ts';

/** `venv-rebuild -- <command…>`: times one command as the phase venv_rebuild. */
export const command = defineCommand({
  name: 'venv-rebuild',
  after: 'extract',
  summary: 'run a command and time it as the venv_rebuild phase',
  group: 'script',
  examples: [
    'deploytrack venv-rebuild -- ./build-venv.sh',
    'deploytrack venv-rebuild --timeout 10m -- uv sync',
  ],
  phase: 'venv_rebuild',
  options: phaseOptions,
  settings: ofMarks,
  exits: exitsOfPhase,
  policy: { fast: true, onWrongSetting: 'warn', wraps: true, sends: 'mark' },
  run: (session: Session, input) => wrapPhase(session, readWrapPlan(session.command, input)),
});
