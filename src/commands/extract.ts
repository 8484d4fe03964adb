import { defineCommand } from '../cli/define/command.ts';
import { exitsOfPhase } from '../cli/define/exits.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { extractOptions, phaseOptions } from '../cli/define/wrapOptions.ts';
import { wrapPhase } from '../phases/wrapPhase.ts';
import { readWrapPlan } from '../phases/wrapPlan.ts';
import type { Session } from '../session.ts';

/** `extract -- <command…>`: times one command as the phase extract. */
export const command = defineCommand({
  name: 'extract',
  after: 'phase run',
  summary: 'run a command and time it as the extract phase',
  group: 'script',
  examples: [
    'deploytrack extract -- unzip -q app.zip -d releases/1.4',
    'deploytrack extract --artifact app.tar.gz -- tar xf app.tar.gz',
  ],
  phase: 'extract',
  options: { ...phaseOptions, ...extractOptions },
  settings: ofMarks,
  exits: exitsOfPhase,
  policy: { fast: true, onWrongSetting: 'warn', wraps: true, sends: 'mark' },
  run: (session: Session, input) => wrapPhase(session, readWrapPlan(session.command, input)),
});
