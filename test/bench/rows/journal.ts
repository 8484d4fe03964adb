import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Ledger, ledger, onCopy } from '../ledger.ts';
import { inTurns } from '../pair.ts';
import type { Group, Row } from '../row.ts';
import { timed } from '../timed.ts';
import type { World } from '../world.ts';

/** A ledger whose journal has so many lines of the shell integration, of as many deployments as a mark has lines in each. */
const withLines = (world: World, lines: number) =>
  world.once(`lines ${lines}`, async () => {
    const deployments = Math.sqrt(lines * 10) / 10;
    const made = await ledger(world, `lines-${lines}`);
    const ids = Array.from({ length: Math.round(deployments) }, (_, number) => `d${number}`);
    // Otherwise each says that the others are open.
    const quiet = made.with({ DEPLOYTRACK_WARNINGS: 'off', DEPLOYTRACK_ID: '' });
    for (const id of ids) await timed(quiet.call('start', '--id', id));
    const marksOfEach = Math.round(lines / ids.length);
    const script = `
      eval "$(deploytrack shell bash --without-trap)"
      for DEPLOYTRACK_ID in ${ids.join(' ')}; do
        export DEPLOYTRACK_ID
        for ((i = 0; i < ${marksOfEach / 2}; i++)); do
          deploytrack phase start "p$((i % 20))"
          deploytrack phase end "p$((i % 20))"
        done
      done`;
    await timed({
      command: ['bash', '-c', script],
      env: made.env,
      folder: world.folder,
      deadlineMs: 180_000,
    });
    return made;
  });

function importing(row: Pick<Row, 'name' | 'goal' | 'every'>, lines: number): Row {
  return {
    ...row,
    figure: 'times `node -e 0`',
    sample: async (world, { number }) =>
      onCopy(world, await withLines(world, lines), async (copy) => {
        const [ownMs, bareMs] = await inTurns(number, [
          async () => {
            // A command takes in a part of a long journal, the next ones the rest. They say that x is open.
            const quiet = copy.with({ DEPLOYTRACK_WARNINGS: 'off' });
            let milliseconds = 0;
            while (phasesEnded(copy) < lines / 2)
              milliseconds += (await timed(quiet.call('phase', 'start', 'x'))).milliseconds;
            return milliseconds;
          },
          async () => (await timed(world.bare)).milliseconds,
        ]);
        return { figure: ownMs / bareMs, absolute: ownMs };
      }),
  };
}

function phasesEnded(copy: Ledger): number {
  const database = new Database(join(copy.folder, 'deployments.db'), { readonly: true });
  try {
    const ended = database.prepare<[], number>(
      'SELECT count(*) FROM deployment_stages WHERE ended_at IS NOT NULL',
    );
    return ended.pluck().get() ?? 0;
  } finally {
    database.close();
  }
}

/** What the command after many marks of the shell integration does. */
export const journal: Group = {
  title: 'Marks that wait in the journal',
  unit: 'ms',
  rows: [
    importing({ name: '`phase start` that imports 1,000 marks', goal: 1.6 }, 1000),
    importing({ name: '`phase start` that imports 100,000 marks', goal: 20, every: 15 }, 100_000),
  ],
};
