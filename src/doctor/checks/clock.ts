import { newestMark } from '../../ledger/read/newestMark.ts';
import type { Check } from '../check.ts';
import { clockCommand } from '../clockCommand.ts';
import { wrong } from '../finding.ts';

const toleratedMs = 300_000;

/** Marks are stored with the time of this host's clock. */
export const clock: Check = {
  name: 'clock',
  title: 'marks from the future',
  find: ({ session: { context }, sound }) => {
    const newest = sound === null ? null : newestMark(sound);
    const aheadMs = Date.parse(newest ?? '') - context.instant().wallMs;
    if (!(aheadMs >= toleratedMs)) return [];
    return [
      wrong({
        message: `the newest mark is ${Math.round(aheadMs / 1000)} s in the future`,
        meaning:
          'the clock of this host is slow, or was fast when the mark was made; the order of deployments is wrong',
        fix: `correct the clock with \`${clockCommand(context)}\`, or wait until that time`,
      }),
    ];
  },
};
