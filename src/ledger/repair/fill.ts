import type { Database } from '../file/addon.ts';
import { forgetRollups, rollupTables } from '../file/rollupTables.ts';
import { schemaSteps } from '../file/schemaSteps.ts';
import { storeTables } from '../file/storeTables.ts';
import { transaction } from '../file/transaction.ts';
import { readFitRows } from '../fit/views.ts';
import type { Schema } from './shapes.ts';
import { nameOf, type Stage } from './stage.ts';

/** What became of the rows of one table. */
export interface Salvaged {
  readonly table: string;
  readonly rows: number;
  /** Rows that an index names and that could not be read. */
  readonly lost: number;
  /** Whether something of the table could not be read. */
  readonly isDamaged: boolean;
}

export interface Filled {
  readonly tables: readonly Salvaged[];
  /** Rows and values that no version of deploytrack has written. */
  readonly leftOut: readonly string[];
  /** Deployments of which a row is missing. */
  readonly incomplete: readonly string[];
}

const notSalvaged = ['sqlite_sequence', ...rollupTables, ...storeTables];

/** Puts the collected rows that are valid into a new, empty ledger of their schema, and upgrades that to this version. */
export function fill(
  ledger: Database,
  { stage, schema, damagedTables }: { stage: Stage; schema: Schema; damagedTables: ReadonlySet<string> },
): Filled {
  const leftOut: string[] = [];
  readFitRows(stage.database, (line) => leftOut.push(line));
  return transaction(ledger, { mode: 'write' }, () => {
    ledger.exec(schema.sql);
    const tables = schema.shapes
      .filter(({ table }) => !notSalvaged.includes(table))
      .map(({ table, columns }) => {
        const names = columns.map(({ name }) => `"${name}"`).join(', ');
        const insert = ledger.prepare(
          `INSERT OR IGNORE INTO ${table} (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
        );
        const rows = stage.database.prepare<unknown[], unknown[]>(`SELECT ${names} FROM ${table}`).raw();
        let count = 0;
        for (const row of rows.iterate()) count += insert.run(...row).changes;
        return { table, rows: count };
      });
    continueIds(ledger, stage);
    const lost = lostRows(ledger, stage);
    for (const step of schemaSteps.slice(schema.version - 1)) ledger.exec(step);
    ledger.exec(forgetRollups);
    return {
      tables: tables.map((one) => ({
        ...one,
        lost: lost.counts.get(one.table) ?? 0,
        isDamaged: damagedTables.has(one.table),
      })),
      leftOut,
      incomplete: lost.incomplete,
    };
  });
}

/** No ID is given twice, also if the rows with the highest ones are lost. */
function continueIds(ledger: Database, { database }: Stage): void {
  const said = database.prepare<unknown[], { name: unknown; seq: unknown }>(
    `SELECT * FROM ${nameOf('sqlite_sequence')}`,
  );
  const known = ledger.prepare('SELECT 1 FROM sqlite_sequence WHERE name = ?');
  const raise = ledger.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?');
  const add = ledger.prepare(
    "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?)",
  );
  for (const { name, seq } of said.all()) {
    if (!Number.isSafeInteger(seq)) continue;
    if (known.get(name) === undefined) add.run(name, seq, name);
    else raise.run(seq, name);
  }
}

/** By the indexes that name rows. IDs that were given say nothing: `prune` deletes rows, and few warnings are kept. */
function lostRows(
  ledger: Database,
  stage: Stage,
): { counts: ReadonlyMap<string, number>; incomplete: readonly string[] } {
  const counts = new Map<string, number>();
  const incomplete = new Set<string>();
  const noted = stage.database.prepare<unknown[], { table: string; id: number; deploymentId: string }>(
    'SELECT DISTINCT of_table AS "table", row_id AS id, deployment_id AS deploymentId FROM noted',
  );
  const found = new Map<string, { get(id: number): unknown }>();
  for (const { table, id, deploymentId } of noted.all()) {
    const find = found.get(table) ?? ledger.prepare(`SELECT 1 FROM ${table} WHERE rowid = ?`);
    found.set(table, find);
    if (find.get(id) !== undefined) continue;
    counts.set(table, (counts.get(table) ?? 0) + 1);
    incomplete.add(deploymentId);
  }
  for (const table of eventTables) addWithoutOwnRow(ledger, { table, incomplete });
  return { counts, incomplete: [...incomplete].sort() };
}

const eventTables = [
  'deployment_stages',
  'health_verifications',
  'health_checks',
  'migrations',
  'outages',
  'rollbacks',
] as const;

function addWithoutOwnRow(
  ledger: Database,
  { table, incomplete }: { table: string; incomplete: Set<string> },
): void {
  const ids = ledger
    .prepare<unknown[], string>(
      `SELECT DISTINCT deployment_id FROM ${table} WHERE deployment_id NOT IN (SELECT deployment_id FROM deployment_metrics WHERE deployment_id IS NOT NULL)`,
    )
    .pluck();
  for (const id of ids.all()) incomplete.add(id);
}
