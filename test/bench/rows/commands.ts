import { ledger } from '../ledger.ts';
import { pair } from '../pair.ts';
import type { Group, Round } from '../row.ts';
import { timed } from '../timed.ts';
import type { World } from '../world.ts';

/** Three finished deployments, and those that the rows start. */
const small = (world: World) =>
  world.once('small', async () => {
    const made = await ledger(world, 'small');
    const { DEPLOYTRACK_ID: _id, ...env } = made.env;
    const call = (...words: string[]) => ({ ...made.call(...words), env });
    await timed(made.call('finish'));
    for (const id of ['b', 'c']) {
      await timed(call('start', '--id', id));
      await timed(call('phase', 'run', 'x', '--id', id, '--', 'true'));
      await timed(call('finish', '--id', id));
    }
    return call;
  });

const reading = (word: string, goal?: number) =>
  pair({
    name: word.startsWith('--') ? `\`deploytrack ${word}\`` : `\`${word}\``,
    ...(goal === undefined ? {} : { goal }),
    call: async (world) => (await small(world))(word),
  });

const start = async (world: World, id: string) => (await small(world))('start', '--id', id);
const finish = async (world: World, id: string) => (await small(world))('finish', '--id', id);
const started = ({ number }: Round) => `started-${number}`;
const finished = ({ number }: Round) => `finished-${number}`;

/** The other commands, on a ledger of a few deployments and without a gateway. */
export const commands: Group = {
  title: 'Other commands',
  unit: 'ms',
  rows: [
    reading('--version', 1.15),
    reading('--help', 1.4),
    pair({
      name: '`start`',
      goal: 1.8,
      call: (world, round) => start(world, started(round)),
      // No deployment stays open: the next `start` looks at those that are.
      after: async (world, round) => timed(await finish(world, started(round))),
    }),
    pair({
      name: '`finish`',
      goal: 1.8,
      prepare: async (world, round) => timed(await start(world, finished(round))),
      call: (world, round) => finish(world, finished(round)),
    }),
    reading('history', 1.8),
    reading('show', 1.8),
    reading('stats', 1.8),
    reading('doctor'),
  ],
};
