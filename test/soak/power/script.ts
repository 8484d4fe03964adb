import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Program } from '../../support/program.ts';
import { knows } from '../kills/knows.ts';
import { type Call, callsOf } from './calls.ts';

/** What a command has promised when it has returned. */
export interface Promised {
  readonly deployment: string;
  /** Null: the deployment itself. */
  readonly stage: string | null;
}

/** A moment of a run: a call, or the return of a command with what it promised. */
export type Moment = Call | { readonly kind: 'returned'; readonly promised: readonly Promised[] };

/** Runs deployments with everything that writes: new ledger, marks, checkpoints, a locked ledger, a journal, a backup. */
export async function recorded(
  program: Program,
  { deployments, phases }: { deployments: number; phases: number },
): Promise<Moment[]> {
  const moments: Moment[] = [];
  const run = async (args: readonly string[], promised: readonly Promised[]) => {
    const { end, calls } = await callsOf(program, { args, below: program.folder });
    if (end.code !== 0) throw new Error(`${args.join(' ')}: ${end.code} ${end.stderr}`);
    moments.push(...calls, { kind: 'returned', promised });
  };
  const hasBackup = await knows(program, 'backup', '<file>');
  for (let number = 0; number < deployments; number += 1) {
    const deployment = `d${number}`;
    const id = ['--id', deployment];
    await run(['start', ...id], [{ deployment, stage: null }]);
    for (let phase = 0; phase < phases; phase += 1) {
      const stage = `p${phase}`;
      await run(['phase', 'run', stage, ...id, '--', 'true'], [{ deployment, stage }]);
    }
    const unlock = await lock(program);
    for (const stage of ['locked_1', 'locked_2']) {
      const args = ['phase', 'record', stage, ...id, '--duration', '1s', '--ledger-timeout', '20ms'];
      await run(args, [{ deployment, stage }]);
    }
    await unlock();
    await run(['phase', 'record', 'imports', ...id, '--duration', '1s'], [{ deployment, stage: 'imports' }]);
    await run(['finish', ...id], [{ deployment, stage: null }]);
    if (hasBackup) await run(['backup', `${program.folder}/copy-${number}.db`], []);
  }
  return moments;
}

const holding = `
  const database = new (require('better-sqlite3'))(process.argv[1]);
  database.exec('BEGIN IMMEDIATE');
  console.log('locked');
  setInterval(() => {}, 1000);`;

/**
 * Holds the write lock of the ledger in another process, and writes nothing: it is killed, since its close would write
 * the log back unseen.
 */
async function lock({ ledger }: Program): Promise<() => Promise<void>> {
  const holder = spawn(process.execPath, ['-e', holding, ledger], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await Promise.race([once(holder.stdout, 'data'), ended]);
  return async () => {
    holder.kill('SIGKILL');
    await ended;
  };
}
