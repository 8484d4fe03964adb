import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { firstSchemaSql } from '../../../src/ledger/file/schema.ts';
import { schemaSteps } from '../../../src/ledger/file/schemaSteps.ts';
import { applicationId, schemaVersion } from '../../../src/ledger/file/schemaVersion.ts';
import { newProgram, type Program } from '../../support/program.ts';
import type { Soak } from '../stage.ts';
import { Killer } from './killed.ts';
import type { KillsOf } from './kills.ts';

const rows = 200;

/** `init` of a ledger of each earlier schema, killed while it migrates. */
export async function migrations(soak: Soak): Promise<KillsOf> {
  const killer = new Killer(soak.random);
  const lost: string[] = [];
  const wrong: string[] = [];
  const most = Math.ceil((soak.isQuick ? 8 : 150) * soak.share);
  for (let number = 0; number < most && soak.leftMs() > 10_000; number += 1) {
    const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app' } });
    const version = 1 + soak.random.below(schemaVersion - 1);
    makeOlder(program, version);
    const { isAcknowledged } = await killer.run(program, { kind: 'migrate', args: ['init'] });
    const said = () => Number(program.rows('PRAGMA user_version')[0]?.user_version);
    if (isAcknowledged && said() !== schemaVersion)
      lost.push(`schema ${version}: acknowledged, and still ${said()}`);
    const again = await program.run(['init']);
    if (again.code !== 0) wrong.push(`schema ${version}: ${again.stderr}`);
    if (said() !== schemaVersion) wrong.push(`schema ${version} became ${said()}`);
    wrong.push(...wrongAfter(program, version));
    rmSync(program.folder, { recursive: true, force: true });
  }
  return { what: 'schema upgrade', killer, lost, doubled: [], wrong };
}

function makeOlder({ ledger }: Program, version: number): void {
  mkdirSync(dirname(ledger), { recursive: true });
  const database = new Database(ledger);
  database.pragma('journal_mode = WAL');
  database.exec(firstSchemaSql);
  const insert = database.prepare(
    "INSERT INTO deployment_metrics (version, deployment_started_at) VALUES (?, '2026-01-14T18:45:00.000Z')",
  );
  database.transaction(() => {
    for (let number = 0; number < rows; number += 1) insert.run(String(number));
  })();
  for (const step of schemaSteps.slice(0, version - 1)) database.exec(step);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma(`user_version = ${version}`);
  database.close();
}

/** All rows, an intact file, and no half of a copy that looks like one. */
function wrongAfter(program: Program, version: number): string[] {
  const [found] = program.rows('SELECT count(*) AS n FROM deployment_metrics');
  const [check] = program.rows('PRAGMA integrity_check');
  const about = `schema ${version}`;
  return [
    ...(found?.n === rows ? [] : [`${about}: ${found?.n} of ${rows} rows`]),
    ...(check?.integrity_check === 'ok' ? [] : [`${about}: ${check?.integrity_check}`]),
    ...(readdirSync(dirname(program.ledger)).some((name) => name.includes('before-schema'))
      ? []
      : [`${about}: no copy of the older ledger`]),
  ];
}
