import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { keptTotals } from '../../ledger/countedByRows.ts';
import { newProgram, type Program } from '../../support/program.ts';
import type { Soak } from '../stage.ts';
import { Killer } from './killed.ts';
import type { KillsOf } from './kills.ts';
import { knows } from './knows.ts';

const old = 60;

/** `prune --keep 400d` of old deployments next to an open one, killed. */
export async function prunes(soak: Soak): Promise<KillsOf | null> {
  const first = newProgram();
  if (!(await knows(first, 'prune', '--keep'))) return null;
  const killer = new Killer(soak.random);
  const lost: string[] = [];
  const wrong: string[] = [];
  const most = Math.ceil((soak.isQuick ? 6 : 100) * soak.share);
  for (let number = 0; number < most && soak.leftMs() > 10_000; number += 1) {
    const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
    await makeOld(program);
    const before = JSON.stringify(keptTotals(program));
    const args = ['prune', '--keep', '400d'];
    const { isAcknowledged } = await killer.run(program, { kind: 'prune', args });
    const left = oldIn(program);
    const again = await program.run(args);
    // Some old ones stay: those that are still shown.
    if (oldIn(program) === old) wrong.push('nothing was deleted');
    if (isAcknowledged && oldIn(program) < left) lost.push(`${left} old deployments stayed`);
    if (again.code !== 0) wrong.push(`prune again: ${again.code} ${again.stderr}`);
    if (JSON.stringify(keptTotals(program)) !== before) wrong.push('totals have changed');
    wrong.push(...wrongAfter(program));
    rmSync(program.folder, { recursive: true, force: true });
  }
  rmSync(first.folder, { recursive: true, force: true });
  return { what: '`prune`', killer, lost, doubled: [], wrong };
}

/** One finished deployment, copies of it with old times, and an open one. */
async function makeOld(program: Program): Promise<void> {
  await program.quiet(['start', '--id', 'd']);
  for (const phase of ['extract', 'migrate']) await program.quiet([phase, '--id', 'd', '--', 'true']);
  await program.quiet(['finish', '--id', 'd']);
  const database = new Database(program.ledger);
  const copy = (table: string, changed: Readonly<Record<string, string>>) => {
    const columns = (database.pragma(`table_info(${table})`) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name !== 'id');
    const values = columns.map((name) => changed[name] ?? name);
    return database.prepare(
      `INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM ${table} WHERE deployment_id = 'd'`,
    );
  };
  const earlier = (column: string) =>
    `strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-' || (500 + @n) || ' days')`;
  const id = { deployment_id: "'old-' || @n", run_id: 'run_id || @n' };
  const times = ['deployment_started_at', 'deployment_completed_at', 'started_at', 'ended_at', 'finished_at'];
  const changed = { ...id, ...Object.fromEntries(times.map((name) => [name, earlier(name)])) };
  const copies = ['deployment_metrics', 'deployment_stages', 'migrations'].map((table) =>
    copy(table, changed),
  );
  database.transaction(() => {
    for (let n = 0; n < old; n += 1) for (const one of copies) one.run({ n });
  })();
  database.close();
  await program.quiet(['start', '--id', 'open', '--version', '2']);
}

function oldIn(program: Program): number {
  const [found] = program.rows(
    "SELECT count(*) AS n FROM deployment_metrics WHERE deployment_id LIKE 'old-%'",
  );
  return Number(found?.n);
}

/** The newest and the open deployment, and no rows of deployments that are gone. */
function wrongAfter(program: Program): string[] {
  const [check] = program.rows('PRAGMA integrity_check');
  const ids = program
    .rows('SELECT deployment_id AS id FROM deployment_metrics ORDER BY id')
    .map(({ id }) => id);
  const [orphans] = program.rows(
    'SELECT count(*) AS n FROM deployment_stages WHERE deployment_id NOT IN (SELECT deployment_id FROM deployment_metrics)',
  );
  return [
    ...(check?.integrity_check === 'ok' ? [] : [`integrity ${check?.integrity_check}`]),
    ...(['d', 'open'].every((id) => ids.includes(id)) ? [] : [`deployments left: ${ids.join(' ')}`]),
    ...(orphans?.n === 0 ? [] : [`${orphans?.n} phases of deployments that are gone`]),
  ];
}
