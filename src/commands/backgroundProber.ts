import { readFileSync } from 'node:fs';
import { defineCommand } from '../cli/define/command.ts';
import { DeploytrackError } from '../errors.ts';
import { backgroundProberCommand } from '../probe/cutover/ownProber.ts';
import { type ProberTask, runAsBackgroundProber } from '../probe/cutover/spawnBackgroundProber.ts';
import type { Session } from '../session.ts';

/** The background prober of `phase start cutover --probe`; it reads its task from stdin. */
export const command = defineCommand({
  name: backgroundProberCommand,
  summary: 'probe in the background for `phase start cutover --probe`',
  group: 'script',
  examples: ['', ''],
  exits: {},
  hidden: true,
  policy: { onWrongSetting: 'warn', onDisabled: 'run', ledger: 'looks' },
  run: ({ context }: Session) => runAsBackgroundProber(context, taskOfStdin()),
});

/** Throws FILE if it was typed by hand. */
function taskOfStdin(): ProberTask {
  try {
    const task: unknown = JSON.parse(readFileSync(0, 'utf8'));
    if (typeof task === 'object' && task !== null && 'target' in task) return task as ProberTask;
  } catch {
    // the same answer as to any other text
  }
  throw new DeploytrackError({
    code: 'FILE',
    message: `${backgroundProberCommand}: standard input has no task; expected to be started by deploytrack itself`,
    hint: 'run `deploytrack phase start cutover --probe <url>`',
  });
}
