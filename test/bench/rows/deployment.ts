import { type Ledger, pushingLedger } from '../ledger.ts';
import { datadog, sentry } from '../peers/fromNpm.ts';
import { byHand, go, type PeerCall, python } from '../peers/marking.ts';
import type { PeerName } from '../peers/peers.ts';
import type { Group, Row } from '../row.ts';
import type { Call } from '../timed.ts';
import { timed } from '../timed.ts';
import type { World } from '../world.ts';

const marks = 20;

/** The same call twenty times, by a shell as in a script. */
async function timesTwenty(world: World, peer: PeerCall): Promise<number> {
  const one = await peer.call(world);
  return inBash(
    { ...one, deadlineMs: 180_000 },
    `for ((i = 0; i < ${marks}; i++)); do "$@"; done`,
    one.command,
  );
}

async function inBash(call: Call, script: string, args: readonly string[] = []): Promise<number> {
  const command = ['bash', '-c', script, 'bash', ...args];
  return (await timed({ ...call, command })).milliseconds;
}

const ofPython: Row = {
  name: `${marks} calls of Python`,
  figure: 'times `node -e 0`',
  needs: python.needs,
  every: 3,
  async sample(world) {
    const absolute = await timesTwenty(world, python);
    return { figure: absolute / (await timed(world.bare)).milliseconds, absolute };
  },
};

/** Compared with the same number of calls of Python in the same round. */
function againstPython(
  {
    name,
    goal,
    needs,
    every = 3,
  }: { name: string; goal?: number; needs: readonly PeerName[]; every?: number },
  work: (world: World) => Promise<number>,
): Row {
  return {
    name,
    ...(goal === undefined ? {} : { goal }),
    figure: 'of 20 Python calls',
    needs: [...new Set([...python.needs, ...needs])],
    every,
    uses: [ofPython],
    async sample(world, round) {
      const absolute = await work(world);
      return { figure: absolute / (round.sampleOf(ofPython).absolute ?? Number.NaN), absolute };
    },
  };
}

const others = (peer: PeerCall, every = 3) =>
  againstPython({ name: `${marks} times: ${peer.name}`, needs: peer.needs, every }, (world) =>
    timesTwenty(world, peer),
  );

/** Ten phases; the last of the marks pushes. */
const phases = `for i in 0 1 2 3 4 5 6 7 8; do deploytrack phase start "p$i"; deploytrack phase end "p$i"; done
deploytrack phase start p9`;

const pushing = (world: World): Promise<Ledger> => pushingLedger(world, 'pushing', world.gateway?.url ?? '');

const own: Row[] = [
  againstPython(
    { name: `${marks} marks by the shell integration, one pushing`, goal: 0.06, needs: [] },
    async (world) =>
      inBash(
        (await pushing(world)).call(),
        `eval "$(deploytrack shell bash --without-trap)"\n${phases}\ncommand deploytrack phase end p9`,
      ),
  ),
  againstPython({ name: `${marks} marks by processes, one pushing`, goal: 0.45, needs: [] }, async (world) =>
    inBash(
      (await pushing(world)).call(),
      `url=$PUSHGATEWAY_URL; unset PUSHGATEWAY_URL\n${phases}\nPUSHGATEWAY_URL=$url deploytrack phase end p9`,
    ),
  ),
  againstPython({ name: `${marks} marks by processes, ten pushing`, needs: [] }, async (world) =>
    inBash((await pushing(world)).call(), `${phases}\ndeploytrack phase end p9`),
  ),
];

/** A whole deployment of twenty marks, each way. */
export const deployment: Group = {
  title: 'A deployment of 20 marks',
  unit: 'ms',
  rows: [ofPython, ...own, others(byHand), others(go), others(sentry), others(datadog, 15)],
};
