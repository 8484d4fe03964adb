import { deploymentOf, ledger, pushingLedger } from '../ledger.ts';
import { pair } from '../pair.ts';
import type { Group } from '../row.ts';
import { timed } from '../timed.ts';
import type { World } from '../world.ts';
import { pythonMark } from './peers.ts';

const offline = (world: World) => ledger(world, 'offline');
const pushing = (world: World) => pushingLedger(world, 'pushing', world.gateway?.url ?? '');
const phase = 'venv_rebuild';
const run = async (world: World, ...words: string[]) => timed((await offline(world)).call(...words));

export const pushedEnd = pair({
  name: '`phase end`, pushed',
  goal: 1.7,
  needs: ['pushgateway'],
  prepare: async (world) => timed((await pushing(world)).call('phase', 'start', phase)),
  call: async (world) => (await pushing(world)).call('phase', 'end', phase),
  after: checkPushed,
});

/** The gateway notes the time of each push. */
async function checkPushed(world: World): Promise<void> {
  const seen = await world.once('pushed', () => ({ seconds: 0 }));
  const seconds = (await world.gateway?.value('push_time_seconds', { deployment: deploymentOf(world) })) ?? 0;
  if (seconds <= seen.seconds) throw new Error('nothing was pushed');
  seen.seconds = seconds;
}

/** A mark by a process of its own. */
export const marks: Group = {
  title: 'A mark',
  unit: 'ms',
  rows: [
    pair({
      name: '`phase start`',
      goal: 1.15,
      call: async (world) => (await offline(world)).call('phase', 'start', phase),
      after: (world) => run(world, 'phase', 'end', phase),
    }),
    pair({
      name: '`phase end` without a gateway',
      prepare: (world) => run(world, 'phase', 'start', phase),
      call: async (world) => (await offline(world)).call('phase', 'end', phase),
    }),
    pushedEnd,
    {
      name: '`phase end`, pushed',
      figure: 'of the Python way',
      goal: 0.5,
      needs: ['pushgateway', 'python'],
      uses: [pushedEnd, pythonMark],
      async sample(_world, round) {
        const { absolute = Number.NaN } = round.sampleOf(pushedEnd);
        return { figure: absolute / (round.sampleOf(pythonMark).absolute ?? Number.NaN), absolute };
      },
    },
    pair({
      name: '`phase run x -- true` without a gateway',
      goal: 1.4,
      call: async (world) => (await offline(world)).call('phase', 'run', 'x', '--', 'true'),
    }),
    pair({
      name: '`phase run x -- true`, pushed',
      goal: 1.8,
      needs: ['pushgateway'],
      call: async (world) => (await pushing(world)).call('phase', 'run', 'x', '--', 'true'),
      after: checkPushed,
    }),
    pair({
      name: '`phase start` with the code cache of another Node',
      needs: ['anotherNode'],
      async call(world) {
        const own = (await offline(world)).call('phase', 'start', phase);
        return { ...own, command: [world.node.path, world.foreignProgram ?? '', 'phase', 'start', phase] };
      },
      after: (world) => run(world, 'phase', 'end', phase),
    }),
  ],
};
