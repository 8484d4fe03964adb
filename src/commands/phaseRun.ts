import { phaseName } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfPhase } from '../cli/define/exits.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { cutoverOptions, extractOptions, migrateOptions, phaseOptions } from '../cli/define/wrapOptions.ts';
import { wrapPhase } from '../phases/wrapPhase.ts';
import { readWrapPlan } from '../phases/wrapPlan.ts';
import type { Session } from '../session.ts';

/** `phase run <phase> -- <command…>`: times one command as a phase. */
export const command = defineCommand({
  name: 'phase run',
  after: 'phase record',
  summary: 'run a command and time it as a phase',
  group: 'script',
  examples: [
    'deploytrack phase run build -- make release',
    'deploytrack phase run tests --timeout 10m --allow-failure -- npm test',
  ],
  args: { phase: phaseName() },
  options: { ...phaseOptions, ...migrateOptions, ...extractOptions, ...cutoverOptions },
  settings: ofMarks,
  exits: exitsOfPhase,
  policy: { fast: true, onWrongSetting: 'warn', wraps: true, sends: 'mark' },
  run: (session: Session, input) => wrapPhase(session, readWrapPlan(session.command, input)),
});
