import { readFileSync } from 'node:fs';
import { defineCommand } from '../cli/define/command.ts';
import { backgroundProberCommand } from '../probe/cutover/ownProber.ts';
import { runAsBackgroundProber } from '../probe/cutover/spawnBackgroundProber.ts';
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
  run: ({ context }: Session) => runAsBackgroundProber(context, readFileSync(0, 'utf8')),
});
