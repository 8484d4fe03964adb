import { defineCommand } from '../cli/define/command.ts';
import { exitsOfPhase } from '../cli/define/exits.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { cutoverOptions, phaseOptions } from '../cli/define/wrapOptions.ts';
import { wrapPhase } from '../phases/wrapPhase.ts';
import { readWrapPlan } from '../phases/wrapPlan.ts';
import type { Session } from '../session.ts';

/** `cutover -- <command…>`: times one command as the phase cutover. */
export const command = defineCommand({
  name: 'cutover',
  after: 'migrate',
  summary: 'run the cutover command, time it and measure downtime',
  group: 'script',
  examples: [
    'deploytrack cutover -- ./switch.sh 1.4',
    'deploytrack cutover --probe http://localhost:8080/health -- ./switch.sh 1.4',
  ],
  phase: 'cutover',
  options: { ...phaseOptions, ...cutoverOptions },
  settings: ofMarks,
  exits: exitsOfPhase,
  policy: { fast: true, onWrongSetting: 'warn', wraps: true, sends: 'mark' },
  run: (session: Session, input) => wrapPhase(session, readWrapPlan(session.command, input)),
});
