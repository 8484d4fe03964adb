import { rmSync } from 'node:fs';
import { startGateway } from '../../support/gateway.ts';
import { newProgram } from '../../support/program.ts';
import type { Soak, Stage, StageResult } from '../stage.ts';
import { wrongInLedger, wrongOnGateway } from '../verify.ts';
import { backups } from './backups.ts';
import { donorLines } from './donor.ts';
import { Killer } from './killed.ts';
import { Lane, wrongOf } from './marks.ts';
import { migrations } from './migrations.ts';
import { prunes } from './prunes.ts';
import { repairs } from './repairs.ts';

/** The results of one kind of work. */
export interface KillsOf {
  readonly what: string;
  readonly killer: Killer;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly wrong: readonly string[];
}

export const kills: Stage = {
  name: 'kills',
  about: 'SIGKILL at random instants',
  limitMinutes: { quick: 1, full: 12 },
  async run(soak) {
    const of = await Promise.all([marks(soak), others(soak)]);
    return asResult(soak, of.flat());
  },
};

/** Two lanes on one ledger with a real gateway. */
async function marks(soak: Soak): Promise<KillsOf[]> {
  const gateway = await startGateway();
  const program = newProgram({
    env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1', PUSHGATEWAY_URL: gateway.url },
  });
  const killer = new Killer(soak.random);
  try {
    const donor = await donorLines();
    await program.run(['init']);
    const lanes = ['a', 'b'].map((name) => new Lane(name, { program, killer, random: soak.random, donor }));
    const most = Math.ceil((soak.isQuick ? 160 : 4200) * soak.share);
    const work = async (lane: Lane) => {
      // The rest of the time is for the checks.
      while (killer.victims < most && soak.leftMs() > (soak.isQuick ? 8000 : 30_000)) await lane.step();
    };
    await Promise.all(lanes.map(work));
    const gatewayWrong = await wrongOnGateway(program, gateway.url);
    const what = 'start, phase start/end/run, finish, run, push, import, import of a journal';
    const expected = lanes.flatMap((lane) => lane.expected);
    return [
      { what, killer, ...wrongOf(program, expected), wrong: [...wrongInLedger(program), ...gatewayWrong] },
    ];
  } finally {
    await gateway.stop();
    rmSync(program.folder, { recursive: true, force: true });
  }
}

async function others(soak: Soak): Promise<KillsOf[]> {
  const found: KillsOf[] = [];
  for (const stage of [migrations, backups, prunes, repairs]) {
    const one = await stage(soak);
    if (one === null) soak.say(`${stage.name}: this version has no such command`);
    else found.push(one);
  }
  return found;
}

/** A stage is proof only if enough commands had returned before they were killed. */
const fewestKills = 2000;

function asResult({ isQuick }: Soak, all: readonly KillsOf[]): StageResult {
  const sum = (count: (one: KillsOf) => number) => all.reduce((total, one) => total + count(one), 0);
  const victims = sum(({ killer }) => killer.victims);
  const acknowledged = sum(({ killer }) => killer.acknowledged);
  const killed = sum(({ killer }) => killer.kills);
  const found = all.map(({ what, killer, lost, doubled, wrong }) => ({
    what: `SIGKILL: ${what}`,
    tried: `${killer.victims} commands, ${killer.kills} killed, ${killer.acknowledged} acknowledged before`,
    result: `${lost.length} lost, ${doubled.length} doubled, ${wrong.length} wrong`,
  }));
  const few = isQuick
    ? []
    : [
        ...(victims < fewestKills ? [`only ${victims} commands`] : []),
        ...(acknowledged * 2 < victims ? [`only ${acknowledged} of ${victims} acknowledged`] : []),
      ];
  const all3 = all.flatMap(({ what, lost, doubled, wrong }) => [
    ...lost.map((one) => `${what}: lost ${one}`),
    ...doubled.map((one) => `${what}: doubled ${one}`),
    ...wrong.map((one) => `${what}: ${one}`),
  ]);
  if (killed === 0) few.push('no command was killed');
  return { found, broken: [...few, ...all3] };
}
