import { type Ledger, onCopy, pushingLedger } from '../ledger.ts';
import { inTurns } from '../pair.ts';
import type { Group, Row } from '../row.ts';
import { startStub } from '../stub.ts';
import { type Call, timed } from '../timed.ts';
import type { World } from '../world.ts';

const phase = 'venv_rebuild';
const marksInARow = 16;

/** A ledger with a phase to end, which has pushed to this gateway until it went down. */
const ledgerOf = (world: World, kind: 'refusing' | 'hanging') =>
  world.once(kind, async () => {
    let isUp = true;
    const gateway = await startStub((request, response) => {
      if (isUp) request.resume().on('end', () => response.end());
    });
    const made = await pushingLedger(world, kind, gateway.url);
    await timed(made.call('phase', 'start', phase));
    isUp = false;
    if (kind === 'refusing') gateway.close();
    return made;
  });

/** Our warning about the gateway, or none while it is left alone. */
const mayWarn = (call: Call): Call => ({ ...call, warns: /^$|^deploytrack: warning: .*push/ });

const refused: Row = {
  name: '`phase end`, the gateway refuses',
  figure: 'times `node -e 0`',
  goal: 1.6,
  sample: async (world, { number }) =>
    onCopy(world, await ledgerOf(world, 'refusing'), async (copy) => {
      const end = copy.call('phase', 'end', phase);
      const [ownMs, bareMs] = await inTurns(number, [
        async () => (await timed({ ...end, warns: /cannot push/ })).milliseconds,
        async () => (await timed(world.bare)).milliseconds,
      ]);
      return { figure: ownMs / bareMs, absolute: ownMs };
    }),
};

/** How much longer the work takes with a gateway that hangs than with none. */
function delay(row: Pick<Row, 'name' | 'goal' | 'every'>, work: (copy: Ledger) => Promise<number>): Row {
  return {
    ...row,
    figure: 'ms',
    async sample(world, { number }) {
      const original = await ledgerOf(world, 'hanging');
      const [hanging, none] = await inTurns(number, [
        () => onCopy(world, original, work),
        () => onCopy(world, original, (copy) => work(copy.with({ PUSHGATEWAY_URL: '' }))),
      ]);
      return { figure: hanging - none, absolute: hanging };
    },
  };
}

async function sixteenMarks(copy: Ledger): Promise<number> {
  let milliseconds = 0;
  for (let mark = 0; mark < marksInARow; mark += 1)
    milliseconds += (await timed(mayWarn(copy.call('phase', mark % 2 === 0 ? 'end' : 'start', phase))))
      .milliseconds;
  return milliseconds;
}

/** What a gateway costs that does not take the metrics. */
export const gatewayDown: Group = {
  title: 'A gateway that is down',
  unit: 'ms',
  rows: [
    refused,
    delay(
      { name: `${marksInARow} marks in a row, the gateway hangs: longer by`, goal: 300, every: 5 },
      sixteenMarks,
    ),
    delay({ name: '`finish`, the gateway hangs: longer by', goal: 2000, every: 5 }, async (copy) => {
      await timed(copy.with({ PUSHGATEWAY_URL: '' }).call('phase', 'end', phase));
      const { milliseconds } = await timed(mayWarn(copy.call('finish')));
      return milliseconds;
    }),
  ],
};
