import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { newProgram, type Program } from '../../support/program.ts';
import type { Soak } from '../stage.ts';
import { Killer } from './killed.ts';
import type { KillsOf } from './kills.ts';
import { knows } from './knows.ts';

const deployments = 25;

/** `doctor --repair` of a ledger with random pages overwritten, killed, then run again: never worse than without a kill. */
export async function repairs(soak: Soak): Promise<KillsOf | null> {
  const healthy = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
  if (!(await knows(healthy, 'doctor', '--repair'))) return null;
  await fill(healthy);
  const killer = new Killer(soak.random);
  const lost: string[] = [];
  const wrong: string[] = [];
  const most = Math.ceil((soak.isQuick ? 4 : 60) * soak.share);
  for (let number = 0; number < most && soak.leftMs() > 10_000; number += 1) {
    const [reference, program] = [copyOf(healthy, `r${number}`), copyOf(healthy, `k${number}`)] as const;
    const damage = damageOf(soak, healthy);
    for (const one of [reference, program]) overwrite(one, damage);
    await reference.run(['doctor', '--repair']);
    await killer.run(program, { kind: 'repair', args: ['doctor', '--repair'] });
    await program.run(['doctor', '--repair']);
    const [best, found] = [countIn(reference), countIn(program)];
    if (found < best) lost.push(`pages ${damage.pages.join()}: ${found} rows instead of ${best}`);
    for (const one of [reference, program]) rmSync(one.folder, { recursive: true, force: true });
  }
  rmSync(healthy.folder, { recursive: true, force: true });
  return { what: '`doctor --repair`', killer, lost, doubled: [], wrong };
}

async function fill(program: Program): Promise<void> {
  for (let number = 0; number < deployments; number += 1) {
    await program.quiet(['start', '--id', `d${number}`]);
    await program.quiet(['extract', '--id', `d${number}`, '--', 'true']);
    await program.quiet(['finish', '--id', `d${number}`]);
  }
  const database = new Database(program.ledger);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

function copyOf(healthy: Program, name: string): Program {
  const ledger = join(healthy.folder, name, 'deployments.db');
  mkdirSync(dirname(ledger), { mode: 0o700 });
  copyFileSync(healthy.ledger, ledger);
  return newProgram({ ledger, env: { DEPLOYTRACK_DEPLOYMENT: 'app' } });
}

interface Damage {
  readonly pages: readonly number[];
  readonly bytes: Buffer;
}

function damageOf({ random }: Soak, { ledger }: Program): Damage {
  const pages = Math.floor(statSync(ledger).size / 4096);
  const hit = Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(pages - 1));
  return { pages: hit, bytes: Buffer.from(Array.from({ length: 4096 }, () => random.below(256))) };
}

function overwrite({ ledger }: Program, { pages, bytes }: Damage): void {
  const file = openSync(ledger, 'r+');
  for (const page of pages) writeSync(file, bytes, 0, bytes.length, page * 4096);
  closeSync(file);
}

/** The rows that can still be read, in the ledger or in what was set aside next to it. */
function countIn({ ledger }: Program): number {
  const counts = readdirSync(dirname(ledger))
    .filter((name) => !/-(wal|shm)$|\.journal$|\.locked$/.test(name))
    .map((name) => rowsIn(join(dirname(ledger), name)));
  return Math.max(0, ...counts);
}

function rowsIn(file: string): number {
  try {
    const database = new Database(file, { readonly: true });
    try {
      const count = (table: string) => {
        try {
          return Number(database.prepare(`SELECT count(*) FROM ${table} NOT INDEXED`).pluck().get());
        } catch {
          return 0;
        }
      };
      return count('deployment_metrics') + count('deployment_stages');
    } finally {
      database.close();
    }
  } catch {
    return 0;
  }
}
