import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../src/ledger/file/addon.ts';
import { nodeSqlite, openByNode } from '../../src/ledger/file/nodeSqlite.ts';
import { partOfTransaction, transaction } from '../../src/ledger/file/transaction.ts';
import { because } from '../support/because.ts';
import { incomplete } from '../support/nodeSqliteReason.ts';

const sqlite = nodeSqlite();
const folder = mkdtempSync(join(tmpdir(), 'deploytrack-drivers-'));
let count = 0;

function byAddon(place: string | Buffer): Database {
  return new SqliteDatabase(place, { timeout: 0 });
}

function byNode(place: string | Buffer): Database {
  if (sqlite === null) throw new Error('skipped then');
  return openByNode(sqlite, { place, readonly: false, timeoutMs: 0 });
}

function newFile(): string {
  count += 1;
  return join(folder, `${count}.db`);
}

/**
 * The result, with an error as its code and message. The kind of constraint is ignored: no code of ours
 * depends on it.
 */
function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code: code?.replace(/(?<=_CONSTRAINT)_.*/, ''), message };
  }
}

const one = (sql: string) => (database: Database) => database.prepare(sql).get();

/** The operations on a connection that are compared. */
const questions: Readonly<Record<string, (database: Database) => unknown>> = {
  'text with a NUL': one("SELECT 'a' || char(0) || 'b' AS x"),
  'text that is not UTF-8': one("SELECT CAST(x'61ff62' AS TEXT) AS x"),
  'bytes, as a Buffer': one("SELECT x'00ff' AS x, x'' AS y"),
  'integers beyond 2^53': one('SELECT 9223372036854775807 AS x, -9007199254740993 AS y'),
  'real numbers': one('SELECT 0.1 AS x, 1e300 AS y, 9e999 AS z'),
  'two columns with the same name': one('SELECT 1 AS x, 2 AS x'),
  'no row': one('SELECT 1 WHERE 0'),
  'rows as lists': (database) => database.prepare('SELECT 1, 2 UNION SELECT 3, 4').raw().all(),
  'rows as first values': (database) => database.prepare('SELECT 1, 2 UNION SELECT 3, 4').pluck().all(),
  'rows one by one': (database) => [...database.prepare('SELECT 1 AS x UNION SELECT 2').iterate()],
  'rows switched back to records': (database) => database.prepare('SELECT 1 AS x').raw().raw(false).all(),
  'parameters by position': (database) => database.prepare('SELECT ? AS a, ? AS b').get(undefined, 'a\0b'),
  'parameters by name, with an additional one': (database) =>
    database.prepare('SELECT @a AS a, :b AS b').get({ a: 1, b: null, c: 2 }),
  'lone surrogates': (database) => database.prepare('SELECT hex(?) AS x').get('a\ud800b'),
  'the type of a number': (database) => database.prepare('SELECT typeof(?) AS x, typeof(?) AS y').get(1, 2n),
  'the result of a change': (database) => database.prepare("INSERT INTO t VALUES ('z')").run(),
  'a returned value': one("INSERT INTO t VALUES ('y') RETURNING a"),
  'a pragma': (database) => [
    database.pragma('foreign_keys', { simple: true }),
    database.pragma('table_xinfo(t)'),
  ],
  'a function': (database) => {
    const given: unknown[] = [];
    database.function('told', (a: unknown, b: unknown) => {
      given.push(a, b);
      return null;
    });
    return [one("SELECT told(9223372036854775807, 'a' || char(0)) AS x")(database), given];
  },
  'a function that throws': (database) => {
    database.function('fails', () => {
      throw new Error('of its own');
    });
    return one('SELECT fails()')(database);
  },
  'a function with too few arguments': (database) => {
    database.function('told', (a: unknown, b: unknown) => [a, b].length);
    return one('SELECT told(1)')(database);
  },
  'a transaction': (database) => {
    transaction(database, { mode: 'write' }, () => database.exec("INSERT INTO t VALUES ('kept')"));
    return database.prepare('SELECT count(*) FROM t').pluck().get();
  },
  'a transaction that throws within one that does not': (database) => {
    transaction(database, { mode: 'write' }, () => {
      database.exec("INSERT INTO t VALUES ('kept')");
      outcome(() =>
        partOfTransaction(database, () => {
          database.exec("INSERT INTO t VALUES ('lost')");
          throw new Error('half way');
        }),
      );
    });
    return [database.inTransaction, database.prepare('SELECT a FROM t').pluck().all()];
  },
  'whether a transaction is open': (database) => {
    database.exec('BEGIN');
    return [database.inTransaction, database.close(), database.inTransaction][2];
  },
  'a violated unique constraint': (database) => database.exec("INSERT INTO t VALUES ('x')"),
  'an unknown table': one('SELECT * FROM nothing'),
  'an unknown name in double quotes': one('SELECT "nothing"'),
  'invalid SQL': (database) => database.exec('SELEC 1'),
  'a text in a strict number column': (database) => database.exec("INSERT INTO s VALUES ('x')"),
  'a write to the protected schema': (database) => {
    database.pragma('writable_schema = ON');
    return database.exec("UPDATE sqlite_master SET sql = ''");
  },
  'a median': one("SELECT median(value) AS x FROM json_each('[1,2,4]')"),
  'serialized bytes': (database) => database.serialize().subarray(0, 16).toString('latin1'),
  'its name after it was closed twice': (database) => {
    database.close();
    database.close();
    return database.name.slice(folder.length).replace(/\d+/, 'n');
  },
};

describe.skipIf(because(sqlite === null, incomplete))("Node's own SQLite compared with the addon", () => {
  test.each(Object.entries(questions))(
    "Node's own SQLite and the addon give the same result for %s",
    (_, ask) => {
      const answers = [byAddon, byNode].map((open) => {
        const database = open(newFile());
        database.exec("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES ('x'); CREATE TABLE s (a INT) STRICT");
        const answer = outcome(() => ask(database));
        database.close();
        return answer;
      });
      expect(answers[1]).toEqual(answers[0]);
    },
  );

  test("Node's own SQLite and the addon give the same error if another connection holds the lock", () => {
    const answers = [byAddon, byNode].map((open) => {
      const path = newFile();
      const [first, second] = [open(path), open(path)];
      first.exec('CREATE TABLE t (a); BEGIN IMMEDIATE');
      const answer = outcome(() => second.exec('BEGIN IMMEDIATE'));
      first.close();
      second.close();
      return answer;
    });
    expect(answers[0]).toMatchObject({ code: 'SQLITE_BUSY' });
    expect(answers[1]).toEqual(answers[0]);
  });

  test("Node's own SQLite and the addon give the same error if the file is missing or not a database", () => {
    const path = newFile();
    writeFileSync(path, 'no database, but long enough to be taken for one');
    const read = (open: typeof byNode) => outcome(() => one('SELECT * FROM sqlite_master')(open(path)));
    expect(read(byAddon)).toMatchObject({ code: 'SQLITE_NOTADB' });
    expect(read(byNode)).toEqual(read(byAddon));
  });

  test("Node's own SQLite and the addon read a database in memory without a file next to it", () => {
    const made = byAddon(newFile());
    made.exec("CREATE TABLE t (a); INSERT INTO t VALUES ('in memory')");
    const bytes = made.serialize();
    made.close();
    const answers = [byAddon, byNode].map((open) => one('SELECT a FROM t')(open(Buffer.from(bytes))));
    expect(answers).toEqual([{ a: 'in memory' }, { a: 'in memory' }]);
  });

  test('a path that looks like a URI is used as a path', () => {
    const path = `file:${join(folder, 'uri.db')}?mode=memory`;
    expect(outcome(() => byNode(path))).toMatchObject({ code: 'SQLITE_CANTOPEN' });
  });
});
