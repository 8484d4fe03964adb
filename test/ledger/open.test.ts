import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { EmptyLedger, openFound, openLedger } from '../../src/ledger/file/open.ts';
import { applicationId, schemaVersion } from '../../src/ledger/file/schemaVersion.ts';
import { allOf, context, existing, filesIn, modeOf, newPath, problemOf } from './newLedger.ts';

describe('New ledger', () => {
  test('a new ledger is created with its folders, for its account only', () => {
    const path = newPath();
    const database = openOrCreateLedger(context, { path });
    database.exec(
      "INSERT INTO ledger VALUES (1, 'x', 'y') ON CONFLICT DO UPDATE SET created_at = created_at",
    );
    expect(modeOf(path)).toBe('600');
    expect([modeOf(`${path}-wal`), modeOf(`${path}-shm`)]).toEqual(['600', '600']);
    expect([modeOf(dirname(path)), modeOf(dirname(dirname(path)))]).toEqual(['700', '700']);
    database.close();
  });

  test('the mode of an existing folder is not changed', () => {
    const path = newPath();
    mkdirSync(dirname(path), { recursive: true });
    chmodSync(dirname(path), 0o755);
    openOrCreateLedger(context, { path }).close();
    expect([modeOf(dirname(path)), modeOf(path)]).toEqual(['755', '600']);
  });

  test('a new ledger belongs to the group of a shared folder', () => {
    const path = newPath();
    mkdirSync(dirname(path), { recursive: true });
    chmodSync(dirname(path), 0o2770);
    openOrCreateLedger(context, { path }).close();
    expect(modeOf(path)).toBe('660');
  });

  test('a new ledger has our application ID, this schema and an ID of its own', () => {
    const [one, other] = [newPath(), newPath()].map((path) => openOrCreateLedger(context, { path }));
    const idOf = (database: typeof one) => database?.prepare('SELECT ledger_id FROM ledger').pluck().get();
    expect(one?.pragma('application_id', { simple: true })).toBe(applicationId);
    expect(one?.pragma('user_version', { simple: true })).toBe(schemaVersion);
    expect(idOf(one)).toMatch(/^[0-9a-f-]{36}$/);
    expect(idOf(one)).not.toBe(idOf(other));
    one?.close();
    other?.close();
  });

  test.each(['no bytes', 'a database without tables'])(
    'a new ledger is created in a file that is %s',
    (what) => {
      const path = newPath();
      mkdirSync(dirname(path), { recursive: true });
      if (what === 'no bytes') writeFileSync(path, '');
      else {
        const empty = new SqliteDatabase(path);
        empty.pragma('journal_mode = WAL');
        empty.close();
      }
      expect(() => openLedger(path)).toThrow(EmptyLedger);
      const database = openOrCreateLedger(context, { path });
      expect(database.prepare('SELECT count(*) FROM deployment_metrics').pluck().get()).toBe(0);
      database.close();
    },
  );
});

describe('Connections to a ledger', () => {
  test.each(['created', 'opened', 'migrated', 'read'])(
    'a connection uses WAL and synchronous=FULL for a ledger that is %s',
    (how) => {
      const path = how === 'created' ? newPath() : existing();
      const database =
        how === 'opened' || how === 'read'
          ? openLedger(path, how === 'read' ? 'read' : 'write')
          : openOrCreateLedger(context, { path, migrate: how === 'migrated' });
      expect(database?.pragma('synchronous', { simple: true })).toBe(2);
      expect(database?.pragma('journal_mode', { simple: true })).toBe('wal');
      database?.close();
    },
  );

  test('a connection for reading cannot write', () => {
    const database = openLedger(existing(), 'read');
    expect(() => database?.exec('DELETE FROM deployment_metrics')).toThrow('readonly');
    database?.close();
  });
});

describe('Paths that are not a ledger', () => {
  test('a ledger that does not exist opens as null', () => {
    expect(openLedger(newPath())).toBeNull();
  });

  test('a folder in place of the ledger is an error', () => {
    const path = newPath();
    mkdirSync(path, { recursive: true });
    expect(problemOf(() => openOrCreateLedger(context, { path }))).toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: `the ledger ${path} is a folder, not a file`,
    });
  });

  test('a path below a file is an error', () => {
    const path = existing();
    expect(problemOf(() => openOrCreateLedger(context, { path: join(path, 'deployments.db') })).code).toBe(
      'LEDGER_UNUSABLE',
    );
  });

  test.each(['text', 'half a database', 'the database of another program'])(
    '%s in place of the ledger is not changed',
    (what) => {
      const path = newPath();
      mkdirSync(dirname(path), { recursive: true });
      if (what === 'text') writeFileSync(path, 'dear diary');
      if (what === 'half a database') writeFileSync(path, 'SQLite format 3\0and then nothing');
      if (what === 'the database of another program') {
        const other = new SqliteDatabase(path);
        other.exec('CREATE TABLE songs (name TEXT)');
        other.close();
      }
      const before = allOf(dirname(path));
      for (const migrate of [false, true]) {
        const problem = problemOf(() => openOrCreateLedger(context, { path, migrate }));
        expect(problem.code).toBe(what === 'half a database' ? 'LEDGER_DAMAGED' : 'LEDGER_NOT_OURS');
        expect(problem.hint).toEqual(expect.any(String));
      }
      expect(allOf(dirname(path))).toEqual(before);
    },
  );
});

describe('Replaced ledger', () => {
  test('a ledger that is replaced between check and opening is not used', () => {
    const [path, other] = [existing(), existing()];
    const found = { path, stat: statSync(other), isExposed: true };
    expect(problemOf(() => openFound(found))).toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: expect.stringContaining('it was replaced while it was opened'),
    });
    expect(filesIn(dirname(path))).toEqual(['deployments.db']);
    openFound({ ...found, stat: statSync(path) }).close();
  });

  test('a second connection of the same process does not look like a replaced ledger', () => {
    const path = existing();
    chmodSync(dirname(path), 0o777);
    const [one, two] = [openLedger(path), openLedger(path)];
    two?.close();
    const three = openLedger(path);
    expect(three?.prepare('SELECT count(*) FROM deployment_metrics').pluck().get()).toBe(1);
    for (const database of [one, three]) database?.close();
  });
});
