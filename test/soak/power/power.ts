import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { newProgram, type Program } from '../../support/program.ts';
import type { Soak, Stage } from '../stage.ts';
import { Disk } from './disk.ts';
import { type Moment, type Promised, recorded } from './script.ts';

export const power: Stage = {
  name: 'power',
  about: 'power cut at every sync of ledger, journal and backup',
  limitMinutes: { quick: 0.7, full: 4 },
  async run(soak) {
    const size = soak.isQuick ? { deployments: 1, phases: 2 } : { deployments: 4, phases: 6 };
    const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
    const moments = await recorded(program, size);
    const found = replay(soak, { program, moments });
    rmSync(program.folder, { recursive: true, force: true });
    const { cuts, states, promised, broken } = found;
    return {
      found: [
        {
          what: 'power cut: ledger, journal, backup',
          tried: `${cuts} instants (every sync, every return of a command), ${states} states of the disk`,
          result: `${promised} marks acknowledged, ${broken.length} states with a mark lost or a damaged file`,
        },
      ],
      broken,
    };
  },
};

interface Replayed {
  readonly cuts: number;
  readonly states: number;
  readonly promised: number;
  readonly broken: readonly string[];
}

/** How often unsynced writes are lost at random, for each instant. */
const randomStates = 5;

function replay(
  soak: Soak,
  { program, moments }: { program: Program; moments: readonly Moment[] },
): Replayed {
  const disk = new Disk();
  const promised: Promised[] = [];
  const broken: string[] = [];
  let [cuts, states] = [0, 0];
  for (const [index, moment] of moments.entries()) {
    if (moment.kind === 'returned') promised.push(...moment.promised);
    // Just before a sync the most is unsynced; just after it, and when a command returns, what it promised must be there.
    const isCut = moment.kind === 'sync' || moment.kind === 'returned';
    const cut = (when: string) => {
      cuts += 1;
      for (let number = 0; number <= randomStates; number += 1) {
        states += 1;
        const random = number === 0 ? null : soak.random;
        const wrong = wrongAfterCut(program, { disk, random, promised });
        broken.push(...wrong.map((one) => `${when} call ${index}, state ${number}: ${one}`));
      }
    };
    if (moment.kind === 'sync') cut('before');
    if (moment.kind !== 'returned') disk.apply(moment);
    if (isCut) cut('after');
  }
  return { cuts, states, promised: promised.length, broken };
}

function wrongAfterCut(
  program: Program,
  { disk, random, promised }: { disk: Disk; random: Soak['random'] | null; promised: readonly Promised[] },
): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-cut-'));
  try {
    disk.writeTo(folder, { from: program.folder, random });
    mkdirSync(folder, { recursive: true });
    const journal = join(folder, 'deployments.db.journal');
    const waiting = existsSync(journal) ? readFileSync(journal, 'utf8') : '';
    const copies = readdirSync(folder).filter((name) => /^copy-\d+\.db$/.test(name));
    return [
      ...wrongLedger(join(folder, 'deployments.db'), { promised, waiting }),
      ...copies.flatMap((name) => wrongCopy(join(folder, name))),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each mark is a row, or a whole line of the journal. */
function wrongLedger(
  path: string,
  { promised, waiting }: { promised: readonly Promised[]; waiting: string },
): string[] {
  if (!existsSync(path)) return promised.length === 0 ? [] : ['there is no ledger'];
  const database = new Database(path);
  try {
    const tables = database.prepare('SELECT count(*) FROM sqlite_master').pluck().get();
    if (promised.length === 0 && tables === 0) return [];
    const integrity = database.pragma('integrity_check', { simple: true });
    const lines = waiting.split('\n').slice(0, -1);
    const isThere = ({ deployment, stage }: Promised) =>
      stage === null
        ? database.prepare('SELECT 1 FROM deployment_metrics WHERE deployment_id = ?').get(deployment) !==
          undefined
        : database
            .prepare('SELECT 1 FROM deployment_stages WHERE deployment_id = ? AND stage = ?')
            .get(deployment, stage) !== undefined ||
          lines.some((line) => isMark(line, { deployment, stage }));
    return [
      ...(integrity === 'ok' ? [] : [`integrity ${integrity}`]),
      ...promised
        .filter((one) => !isThere(one))
        .map(({ deployment, stage }) => `lost ${deployment} ${stage ?? ''}`),
    ];
  } catch (error) {
    return [`it cannot be read: ${(error as Error).message}`];
  } finally {
    database.close();
  }
}

function isMark(line: string, { deployment, stage }: Promised): boolean {
  try {
    const mark = JSON.parse(line) as { deploymentId?: string; stage?: string };
    return mark.deploymentId === deployment && mark.stage === stage;
  } catch {
    return false;
  }
}

/** A backup under its own name is whole. */
function wrongCopy(path: string): string[] {
  try {
    const database = new Database(path, { readonly: true });
    const integrity = database.pragma('integrity_check', { simple: true });
    database.close();
    return integrity === 'ok' ? [] : [`a backup: integrity ${integrity}`];
  } catch (error) {
    return [`a backup cannot be read: ${(error as Error).message}`];
  }
}
