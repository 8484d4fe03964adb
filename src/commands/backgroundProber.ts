import { readFileSync } from 'node:fs';
import { defineCommand } from '../cli/define/command.ts';
import { backgroundProberCommand } from '../probe/cutover/ownProber.ts';
import { runAsBackgroundProber } from '../probe/cutover/spawnBackgroundProber.ts';
import type { Session } from '../session.ts';

/** The prober that `phase start cutover --probe` leaves behind: what it is to do comes on stdin. */
export const command = defineCommand({
  name: backgroundProberCommand,
  summary: 'the prober that `phase start cutover --probe` leaves behind',
  group: 'script',
  examples: ['', ''],
  exits: {},
  hidden: true,
  policy: { onWrongSetting: 'warn', onDisabled: 'run', ledger: 'looks' },
  run: ({ context }: Session) => runAsBackgroundProber(context, readFileSync(0, 'utf8')),
});
