import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pushingLedger } from '../ledger.ts';
import { inTurns } from '../pair.ts';
import type { Group, Row } from '../row.ts';
import { type Call, timed } from '../timed.ts';
import type { World } from '../world.ts';

/** Peak resident memory as the kernel counts it. Our own process could not ask: a child begins with the peak of its parent. */
function memory(
  row: Pick<Row, 'name' | 'goal' | 'needs'>,
  {
    before,
    words,
    after,
  }: Record<'words', readonly string[]> & Partial<Record<'before' | 'after', readonly string[]>>,
): Row {
  return {
    ...row,
    needs: ['time', ...(row.needs ?? [])],
    figure: 'of the memory of `node -e 0`',
    async sample(world, { number }) {
      const { call } = await pushing(world);
      if (before !== undefined) await timed(call(...before));
      const [ownKib, bareKib] = await inTurns(number, [
        () => peakKib(world, call(...words)),
        () => peakKib(world, world.bare),
      ]);
      if (after !== undefined) await timed(call(...after));
      return { figure: ownKib / bareKib, absolute: ownKib / 1024 };
    },
  };
}

async function peakKib(world: World, call: Call): Promise<number> {
  const file = join(world.folder, 'peak');
  await timed({ ...call, command: ['/usr/bin/time', '-f', '%M', '-o', file, ...call.command] });
  return Number(readFileSync(file, 'utf8'));
}

const pushing = (world: World) => pushingLedger(world, 'pushing', world.gateway?.url ?? '');

/** Peak memory of the whole process. */
export const memories: Group = {
  title: 'Memory',
  unit: 'MiB',
  rows: [
    memory(
      { name: '`phase start`', goal: 1.1 },
      { words: ['phase', 'start', 'x'], after: ['phase', 'end', 'x'] },
    ),
    memory(
      { name: '`phase end`, pushed', goal: 1.17, needs: ['pushgateway'] },
      { before: ['phase', 'start', 'x'], words: ['phase', 'end', 'x'] },
    ),
    memory(
      { name: '`phase run x -- true`, pushed', goal: 1.17, needs: ['pushgateway'] },
      { words: ['phase', 'run', 'y', '--', 'true'] },
    ),
  ],
};
