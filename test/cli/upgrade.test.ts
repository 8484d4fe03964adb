import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { schemaSql } from '../../src/ledger/file/schema.ts';
import { schemaVersion } from '../../src/ledger/file/schemaVersion.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

const versions = Array.from({ length: schemaVersion - 1 }, (_, index) => index + 1);
const fixture = (version: number, end: string) =>
  fileURLToPath(new URL(`../fixtures/ledgers/schema-${version}.${end}`, import.meta.url));

type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
type Answer = Readonly<Record<string, unknown>>;

/** A program with the ledger that an earlier version has recorded. */
function earlier(version: number): Program {
  const program = newProgram();
  const database = new Database(program.ledger);
  database.exec(readFileSync(fixture(version, 'sql'), 'utf8'));
  database.pragma('journal_mode = WAL');
  database.close();
  return program;
}

function read<Result>(path: string, work: (database: Database.Database) => Result): Result {
  const database = new Database(path, { readonly: true });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const versionOf = (path: string) =>
  read(path, (database) => database.pragma('user_version', { simple: true }));

function contentOf(path: string): Rows {
  return read(path, (database) => {
    const names = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .pluck();
    return Object.fromEntries(
      (names.all() as string[]).map((name) => [
        name,
        database.prepare(`SELECT * FROM ${name}`).all() as never,
      ]),
    );
  });
}

/** The names of all tables, indexes, triggers and views, and the columns of the tables. */
const objectsOf = (database: Database.Database) =>
  database
    .prepare(
      'SELECT m.type, m.name, c.name AS "column" FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) c ORDER BY 2, c.cid',
    )
    .all();

const copiesOf = (path: string) =>
  readdirSync(dirname(path))
    .filter((name) => name.includes('.before-schema-') && !/-(wal|shm)$/.test(name))
    .map((name) => join(dirname(path), name));

/** Tables whose rows a command adds to, or that a later schema has changed. */
const changing = ['warnings', 'host_facts', 'processes', 'sqlite_sequence', 'groups', 'declarations'];

function expectKept(before: Rows, after: Rows): void {
  for (const [table, rows] of Object.entries(before)) {
    if (changing.includes(table)) continue;
    expect([table, after[table]]).toMatchObject([table, rows]);
    expect([table, after[table]?.length]).toEqual([table, rows.length]);
  }
  expect(after.processes?.length).toBe(before.processes?.length);
}

test('the ledger of every earlier schema is there as a fixture', () => {
  const missing = versions.flatMap((version) =>
    ['sql', 'json'].map((end) => fixture(version, end)).filter((path) => !existsSync(path)),
  );
  expect(missing).toEqual([]);
});

describe.each(versions)('A ledger with schema %i', (version) => {
  test('init upgrades it after a copy, and every reading command gives the answers of the earlier version', async () => {
    const program = earlier(version);
    const before = contentOf(program.ledger);
    expect(versionOf(program.ledger)).toBe(version);
    expect(await program.run(['init'])).toMatchObject({ code: 0 });
    expect(versionOf(program.ledger)).toBe(schemaVersion);
    const [copy = '', ...others] = copiesOf(program.ledger);
    expect([others, versionOf(copy), contentOf(copy)]).toEqual([[], version, before]);
    expectKept(before, contentOf(program.ledger));
    const fresh = new Database(':memory:').exec(schemaSql);
    expect(read(program.ledger, objectsOf)).toEqual(objectsOf(fresh));
    const said = JSON.parse(readFileSync(fixture(version, 'json'), 'utf8')) as {
      history: Answer[];
      show: Answer;
    };
    const answers = async (words: readonly string[]) => JSON.parse(await program.quiet(words)) as never;
    expect(await answers(['history', '--json'])).toMatchObject(said.history);
    // The facts of the host are those of its present boot.
    expect(await answers(['show', 'good-2', '--json'])).toMatchObject({ ...said.show, host: null });
    const reading = [['stats'], ['compare', '1.0.0', '2.0.0'], ['report', '--since', '3650d'], ['export']];
    for (const { code, stderr } of await Promise.all(reading.map((words) => program.run(words))))
      expect([code, stderr]).toEqual([0, '']);
  });

  test('a mark goes to the journal with one warning and leaves it unchanged, and is imported after the upgrade', async () => {
    const program = earlier(version);
    const bytes = readFileSync(program.ledger);
    const mark = await program.run(['phase', 'record', 'late', '--duration', '1s', '--id', 'open-1']);
    expect(mark.code).toBe(0);
    expect(oneWarningWithHint(mark)).toMatch(/has an older schema .*; the mark was saved to \S+\.journal/);
    expect(readFileSync(program.ledger).equals(bytes)).toBe(true);
    const upgrade =
      version % 2 === 0
        ? ['push', '--textfile', program.folder]
        : ['start', '--deployment', 'other', '--version', '1'];
    expect(await program.run(upgrade)).toMatchObject({ code: 0 });
    expect(versionOf(program.ledger)).toBe(schemaVersion);
    expect(program.rows("SELECT deployment_id FROM deployment_stages WHERE stage = 'late'")).toEqual([
      { deployment_id: 'open-1' },
    ]);
  });
});

/** What appears next to the ledger during an upgrade, in this order: SQLite's log, the copy, the journal of the copy. */
const moments = [/\.db-wal$/, /before-schema-[^-]+-[^-]+$/, /before-schema-.*-journal$/];

test('an upgrade that is killed at any moment leaves the earlier ledger or the upgraded one', async () => {
  for (const moment of moments) {
    const program = earlier(1);
    const before = contentOf(program.ledger);
    const child = program.spawn(['init']);
    const end = endOf(child);
    const found = () => readdirSync(dirname(program.ledger)).find((name) => moment.test(name));
    await eventually(() => child.exitCode ?? found(), { what: String(moment), everyMs: 1 });
    child.kill('SIGKILL');
    await end;
    expect([1, schemaVersion]).toContain(versionOf(program.ledger));
    expectKept(before, contentOf(program.ledger));
    expect(await program.run(['init'])).toMatchObject({ code: 0 });
    expect(versionOf(program.ledger)).toBe(schemaVersion);
    expectKept(before, contentOf(program.ledger));
  }
});

describe('A ledger of a newer version', () => {
  test('every command refuses it with the fix and leaves it untouched', async () => {
    const program = earlier(schemaVersion - 1);
    expect(await program.run(['init'])).toMatchObject({ code: 0 });
    const database = new Database(program.ledger);
    database.exec('ALTER TABLE deployment_stages ADD COLUMN from_the_future TEXT');
    database.pragma('user_version = 99');
    database.close();
    const bytes = readFileSync(program.ledger);
    const commands = [
      ['init'],
      ['history'],
      ['stats'],
      ['show', 'good-2'],
      ['compare', '1.0.0', '2.0.0'],
      ['report'],
      ['export'],
      ['push', '--textfile', program.folder],
      ['serve', '--listen', '127.0.0.1:0'],
      ['doctor'],
      ['doctor', '--repair'],
    ];
    for (const words of commands) {
      const { code, stdout, stderr } = await program.run(words);
      expect([words, code, stdout + stderr]).toEqual([words, 1, expect.stringMatching(/newer deploytrack/)]);
      expect(stdout + stderr).toMatch(/update deploytrack on this host/);
    }
    for (const words of [
      ['start', '--deployment', 'app', '--version', '1'],
      ['phase', 'record', 'late', '--duration', '1s', '--id', 'open-1'],
      ['finish', '--id', 'open-1'],
    ])
      expect(oneWarningWithHint(await program.run(words))).toMatch(/newer deploytrack .*saved to/);
    expect(readFileSync(program.ledger).equals(bytes)).toBe(true);
  });
});
