import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Ledger, ledger } from '../ledger.ts';
import { inTurns } from '../pair.ts';
import type { Group, Row } from '../row.ts';
import { timed } from '../timed.ts';
import type { World } from '../world.ts';

const precise = (world: World) => ledger(world, 'precise');
const sleep = ['sleep', '0.1'];

/** A row in milliseconds. */
function late(
  row: Pick<Row, 'name' | 'goal'>,
  figure: (world: World, round: number) => Promise<number>,
): Row {
  return {
    ...row,
    figure: 'ms',
    sample: async (world, { number }) => ({ figure: await figure(world, number) }),
  };
}

/** What the ledger says of the newest run of a phase. */
function recordedMs({ folder }: Ledger, phase: string): number {
  const database = new Database(join(folder, 'deployments.db'), { readonly: true });
  const seconds = database
    .prepare<[string], number>(
      'SELECT duration_seconds FROM deployment_stages WHERE stage = ? ORDER BY id DESC LIMIT 1',
    )
    .pluck()
    .get(phase);
  database.close();
  return (seconds ?? Number.NaN) * 1000;
}

async function byMarks(world: World): Promise<number> {
  const { call, folder } = await precise(world);
  await timed(call('phase', 'start', 'marks'));
  const began = performance.now();
  await timed({ command: sleep, env: world.env, folder });
  const realMs = performance.now() - began;
  await timed(call('phase', 'end', 'marks'));
  return recordedMs(await precise(world), 'marks') - realMs;
}

async function byRun(world: World, round: number): Promise<number> {
  const { call, folder } = await precise(world);
  const [, bare] = await inTurns(round, [
    () => timed(call('phase', 'run', 'run', '--', ...sleep)),
    () => timed({ command: sleep, env: world.env, folder }),
  ]);
  return recordedMs(await precise(world), 'run') - bare.milliseconds;
}

async function byShell(world: World): Promise<number> {
  const made = await ledger(world, 'preciseShell');
  const script = `
    eval "$(deploytrack shell bash --without-trap)"
    deploytrack phase start first
    deploytrack phase end first
    deploytrack phase start shell
    began=$EPOCHREALTIME
    ${sleep.join(' ')}
    ended=$EPOCHREALTIME
    deploytrack phase end shell
    echo "$began $ended"`;
  const { stdout } = await timed({ command: ['bash', '-c', script], env: made.env, folder: made.folder });
  const [began = Number.NaN, ended = Number.NaN] = stdout.split(' ').map(Number);
  await timed(made.call('phase', 'run', 'import', '--', 'true'));
  return recordedMs(made, 'shell') - (ended - began) * 1000;
}

const date = ['date', '+%s.%N'];

/** From the end of the command to our end; it tells the time last of all. */
async function afterChild(world: World, round: number, command: readonly string[]): Promise<number> {
  const { call, folder } = await precise(world);
  const after = ({ stdout, endedAt }: { stdout: string; endedAt: number }) => endedAt - Number(stdout) * 1000;
  const [own, bare] = await inTurns(round, [
    async () => after(await timed(call('phase', 'run', 'after', '--', ...command))),
    async () => after(await timed({ command, env: world.env, folder })),
  ]);
  return own - bare;
}

/** How well the time of the command is known, and how long a script waits after it. */
export const precision: Group = {
  title: 'Precision',
  unit: null,
  rows: [
    late({ name: 'A recorded duration is too long by, with two marks', goal: 20 }, byMarks),
    late({ name: 'The same with `phase run`', goal: 8 }, byRun),
    late({ name: 'The same with two marks of the shell integration', goal: 4 }, byShell),
    late({ name: '`phase run` ends later than a command that does nothing by', goal: 8 }, (world, round) =>
      afterChild(world, round, date),
    ),
    late({ name: '`phase run` ends later than a command of 0.3 s by', goal: 8 }, (world, round) =>
      afterChild(world, round, ['sh', '-c', `sleep 0.3; exec ${date.join(' ')}`]),
    ),
  ],
};
