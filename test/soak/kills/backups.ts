import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newProgram, rowsOf } from '../../support/program.ts';
import type { Soak } from '../stage.ts';
import { Killer } from './killed.ts';
import type { KillsOf } from './kills.ts';
import { knows } from './knows.ts';

const phases = 30;

/** `backup <file>`, killed: there is a whole copy or none. */
export async function backups(soak: Soak): Promise<KillsOf | null> {
  const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
  if (!(await knows(program, 'backup', '<file>'))) return null;
  const killer = new Killer(soak.random);
  const lost: string[] = [];
  const wrong: string[] = [];
  await program.quiet(['start', '--id', 'd']);
  for (let phase = 0; phase < phases; phase += 1)
    await program.quiet(['phase', 'record', `p${phase}`, '--id', 'd', '--duration', '1s']);
  const most = Math.ceil((soak.isQuick ? 8 : 120) * soak.share);
  for (let number = 0; number < most && soak.leftMs() > 10_000; number += 1) {
    const file = join(program.folder, `copy-${number}.db`);
    const { isAcknowledged } = await killer.run(program, { kind: 'backup', args: ['backup', file] });
    if (isAcknowledged && !existsSync(file)) lost.push(`copy ${number}`);
    if (existsSync(file)) wrong.push(...wrongCopy(file));
    // SQLite makes the other two when the copy is read here.
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
  }
  // The next one works whatever the killed ones left.
  const last = join(program.folder, 'last.db');
  const end = await program.run(['backup', last]);
  if (end.code !== 0) wrong.push(`backup after kills: ${end.code} ${end.stderr}`);
  const left = readdirSync(program.folder).filter((name) => name.startsWith('copy-'));
  wrong.push(...left.map((name) => `left behind: ${name}`));
  rmSync(program.folder, { recursive: true, force: true });
  return { what: '`backup`', killer, lost, doubled: [], wrong };
}

function wrongCopy(file: string): string[] {
  try {
    const [check] = rowsOf(file, { sql: 'PRAGMA integrity_check' });
    const [found] = rowsOf(file, { sql: 'SELECT count(*) AS n FROM deployment_stages' });
    if (check?.integrity_check === 'ok' && found?.n === phases) return [];
    return [`a copy has ${found?.n} of ${phases} phases, integrity ${check?.integrity_check}`];
  } catch (error) {
    return [`a copy cannot be read: ${(error as Error).message}`];
  }
}
