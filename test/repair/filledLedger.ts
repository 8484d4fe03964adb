import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { readFitRows } from '../../src/ledger/fit/views.ts';
import { type LedgerWorld, ledgerWorld } from '../ledger/ledgerWorld.ts';
import { costMark, smokeMark } from '../ledger/makeMarks.ts';
import { scriptOf } from '../ledger/script.ts';

/** Deployments of a real ledger with several hundred rows; the last of them is open. */
export function deploy(world: LedgerWorld, { from, to }: { from: number; to: number }): void {
  for (let number = from; number < to; number += 1) {
    const script = scriptOf(world, `d-${number}`);
    script.start({ version: `1.${number}` });
    script.mark('build');
    script.wrap('migration', { code: number % 7 === 0 ? 1 : 0 });
    script.wrap('cutover');
    script.health({ bad: number % 3 });
    world.apply(smokeMark(world.context.instant(), { deploymentId: `d-${number}` }));
    world.apply(costMark(world.context.instant(), { deploymentId: `d-${number}` }));
    if (number + 1 < to) script.finish();
    if (number % 9 === 0) script.rollback();
  }
}

/** A ledger with this many deployments, about two thirds of them in its file and the rest in its log. */
export function filledLedger(deployments: number): LedgerWorld {
  const world = ledgerWorld();
  const most = Math.floor((deployments * 2) / 3);
  deploy(world, { from: 0, to: most });
  world.database.pragma('wal_checkpoint(TRUNCATE)');
  deploy(world, { from: most, to: deployments });
  return world;
}

/** Copies a ledger with its log, as a power cut leaves it. */
export function copyLedger(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  for (const suffix of ['', '-wal']) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
}

/** The tables with rows of deployments. */
export const tables = [
  'deployment_metrics',
  'deployment_stages',
  'health_verifications',
  'health_checks',
  'smoke_tests',
  'infrastructure_costs',
  'rollbacks',
];

/** The valid rows that SQLite can read, each with all of its columns, up to the first error of a table. */
export function readableRows(path: string): Set<string> {
  const rows = new Set<string>();
  let database: SqliteDatabase.Database | undefined;
  try {
    database = new SqliteDatabase(path);
    readFitRows(database, () => {});
    for (const table of tables) readTable(database, { table, rows });
  } catch {
    // Not even its first page.
  } finally {
    database?.close();
  }
  return rows;
}

function readTable(
  database: SqliteDatabase.Database,
  { table, rows }: { table: string; rows: Set<string> },
): void {
  for (const order of ['ASC', 'DESC']) {
    try {
      const found = database.prepare(`SELECT * FROM ${table} ORDER BY id ${order}`);
      for (const row of found.iterate() as IterableIterator<object>)
        rows.add(`${table} ${JSON.stringify(row)}`);
    } catch {
      // The rest is read from the other end.
    }
  }
}
