import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { DeploytrackError } from '../../../src/errors.ts';
import type { Database } from '../../../src/ledger/file/addon.ts';
import { ownTables, publicTables } from '../../../src/ledger/fit/tables.ts';
import { lookAtAll, readFitRows } from '../../../src/ledger/fit/views.ts';
import { readHistory } from '../../../src/ledger/read/deployments.ts';
import { scriptOf, toldScripts } from '../script.ts';
import { readers } from './readers.ts';

/** A ledger with everything in it: one open deployment, one that failed, one that was rolled back. */
function ledgerBytes(): Buffer {
  const world = toldScripts();
  scriptOf(world, 'd3').start({ version: '3' });
  scriptOf(world, 'd3').open('docs');
  world.database
    .prepare(
      "INSERT INTO deployment_facts VALUES ('d1', 'git.branch', 'main', 'git', '2026-01-14T18:45:00.000Z')",
    )
    .run();
  world.database.prepare("INSERT INTO tracked_items VALUES ('d1', 'file', 'a.txt', 'x')").run();
  const bytes = world.database.serialize();
  return bytes.fill(1, 18, 20); // A database in memory has no log.
}

vi.setConfig({ testTimeout: 180_000 });

const anyValue = fc.oneof(
  fc.constantFrom(null, '', 0, -1, 1, 2, 1e308, -1e308, Number.POSITIVE_INFINITY, 2 ** 53, 0.5),
  fc.constantFrom(
    'NaN',
    '20:30',
    '2026-01-01',
    '2026-13-01T00:00:00.000Z',
    '275760-09-13',
    '0000',
    '{}',
    '[1',
    'null',
  ),
  fc.constantFrom('2026-01-01T10:00:00.000Z  ', 'now', '2460000.5', '\u001b[31m\u202e', 'x'.repeat(70_000)),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);
const changes = fc.array(fc.record({ cell: fc.nat(), row: fc.nat(), value: anyValue }), {
  minLength: 1,
  maxLength: 4,
});

function cellsOf(database: Database): { table: string; column: string }[] {
  return database
    .prepare(
      `SELECT t.name AS "table", c.name AS "column" FROM sqlite_master t, pragma_table_info(t.name) c
       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.name <> 'id' ORDER BY 1, 2`,
    )
    .all() as { table: string; column: string }[];
}

/** As anyone with write permission can do it with sqlite3; what SQLite itself rejects stays unchanged. */
function change(
  database: Database,
  { table, column, row, value }: { table: string; column: string; row: number; value: unknown },
): void {
  try {
    const count = database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
    if (count === 0) return;
    const [key] = database
      .prepare(`SELECT name FROM pragma_table_info(?) WHERE pk > 0`)
      .pluck()
      .all(table) as string[];
    const at = database
      .prepare(`SELECT ${key} FROM ${table} LIMIT 1 OFFSET ${row % count}`)
      .pluck()
      .get();
    database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(value, at);
  } catch (error) {
    if (!String((error as { code?: string }).code).match(/^SQLITE_(CONSTRAINT|MISMATCH)/)) throw error;
  }
}

/** As if the column had no NOT NULL and no type. */
function loosened(bytes: Buffer): Database {
  const database = new SqliteDatabase(bytes);
  database.unsafeMode();
  database.pragma('ignore_check_constraints = 1');
  database.exec(
    'DROP TRIGGER deployment_status_is_final; DROP TRIGGER marks_are_kept_while_open; DROP INDEX deployment_by_id',
  );
  database.pragma('writable_schema = 1');
  database.exec(
    "UPDATE sqlite_master SET sql = replace(replace(sql, ' NOT NULL', ''), ', UNIQUE(version, deployment_started_at)', '') WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'",
  );
  const loose = database.serialize();
  database.close();
  const found = new SqliteDatabase(loose);
  found.unsafeMode();
  found.pragma('ignore_check_constraints = 1');
  return found;
}

/** Commands with output for a terminal; the others print JSON. */
const worded = new Set(['stats', 'history', 'show', 'compare', 'report']);

test('every reading command gives a result without the invalid values, or an error of ours, for any content of any cell', () => {
  const bytes = ledgerBytes();
  const nowMs = Date.parse('2026-12-01T00:00:00Z');
  fc.assert(
    fc.property(changes, (wanted) => {
      const database = loosened(bytes);
      try {
        const cells = cellsOf(database);
        for (const { cell, row, value } of wanted)
          change(database, {
            ...(cells[cell % cells.length] as { table: string; column: string }),
            row,
            value,
          });
        readFitRows(database, () => {});
        for (const [name, read] of Object.entries(readers)) {
          try {
            for (const text of read(database, nowMs)) {
              expect([name, text.length < 2_000_000]).toEqual([name, true]);
              if (worded.has(name))
                expect([name, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\u202e/.test(text)]).toEqual([
                  name,
                  false,
                ]);
            }
          } catch (error) {
            if (!(error instanceof DeploytrackError)) throw new Error(`${name}: ${(error as Error).stack}`);
          }
        }
      } finally {
        database.close();
      }
    }),
    { numRuns: Number(process.env.ANY_ROW_RUNS ?? 25) },
  );
});

/** Each cell of a deployment's rows that is checked. */
function cellsOfDeployments(database: Database): { table: string; column: string }[] {
  const checked = Object.entries({ ...publicTables, ...ownTables }).map(
    ([table, { needs, others }]) => [table, new Set(Object.keys({ ...needs, ...others }))] as const,
  );
  const columns = new Map(checked);
  const all = cellsOf(database);
  const ofDeployments = new Set(
    all.filter(({ column }) => column === 'deployment_id').map(({ table }) => table),
  );
  return all.filter(
    ({ table, column }) =>
      ofDeployments.has(table) && column !== 'deployment_id' && columns.get(table)?.has(column) === true,
  );
}

test('other deployments are shown unchanged for any content of one, and bytes in place of text or a number are reported', () => {
  const bytes = ledgerBytes();
  const shown = (database: Database, id: string) => readHistory(database, {}).find((one) => one.id === id);
  const sound = loosened(bytes);
  const before = ['d2', 'd3'].map((id) => shown(sound, id));
  sound.close();
  fc.assert(
    fc.property(changes, (wanted) => {
      const database = loosened(bytes);
      try {
        const cells = cellsOfDeployments(database);
        const changed = wanted.map(({ cell, value }) => {
          const { table, column } = cells[cell % cells.length] as (typeof cells)[number];
          const update = `UPDATE OR IGNORE ${table} SET ${column} = ? WHERE deployment_id = 'd1'`;
          database.prepare(update).run(value);
          return `SELECT 1 FROM ${table} WHERE deployment_id = 'd1' AND typeof(${column}) = 'blob'`;
        });
        const hasBytes = changed.some((sql) => database.prepare(sql).get() !== undefined);
        const told: string[] = [];
        readFitRows(database, (what) => told.push(what));
        lookAtAll(database);
        expect(['d2', 'd3'].map((id) => shown(database, id))).toEqual(before);
        if (hasBytes) expect(told).not.toEqual([]);
      } finally {
        database.close();
      }
    }),
    { numRuns: 2 * Number(process.env.ANY_ROW_RUNS ?? 25) },
  );
});
