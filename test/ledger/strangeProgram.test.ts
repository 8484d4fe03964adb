import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { firstSchemaSql } from '../../src/ledger/file/schema.ts';
import { applicationId } from '../../src/ledger/file/schemaVersion.ts';
import { because } from '../support/because.ts';
import { context, existing, newPath, problemOf } from './newLedger.ts';

const changed = (path: string, sql: string) => {
  const database = new SqliteDatabase(path);
  database.exec(sql);
  database.close();
};

describe.skipIf(because(process.getuid === undefined, 'no POSIX accounts'))(
  'Schema of a ledger that others may write',
  () => {
    test.each([
      ['a computed column', 'ALTER TABLE rollbacks ADD COLUMN z AS (1) VIRTUAL', 'table \\"rollbacks\\"'],
      ['an index of expressions', 'CREATE INDEX e ON deployment_stages(hex(zeroblob(9)))', 'index \\"e\\"'],
      ['an index that refuses rows', 'CREATE UNIQUE INDEX u ON deployment_stages((1))', 'index \\"u\\"'],
      [
        'a partial index',
        "CREATE INDEX p ON deployment_stages(id) WHERE stage LIKE '%a%b%'",
        'index \\"p\\"',
      ],
      ['a check', 'ALTER TABLE totals ADD COLUMN c CHECK (length(family) < 0)', 'table \\"totals\\"'],
      [
        'another view with the name of ours',
        'DROP VIEW deployment_history; CREATE VIEW deployment_history AS SELECT 1',
        'view \\"deployment_history\\"',
      ],
      [
        'a table that refers to ours',
        'CREATE TABLE r (a REFERENCES deployment_metrics(id))',
        'table \\"r\\"',
      ],
    ])('a ledger that others may write is not used with %s', (_, sql, named) => {
      const path = existing();
      changed(path, sql);
      openOrCreateLedger(context, { path }).close(); // Objects in a private ledger are the business of its owner.
      chmodSync(path, 0o660);
      const problem = problemOf(() => openOrCreateLedger(context, { path }));
      expect([problem.code, JSON.stringify(problem.message)]).toEqual([
        'LEDGER_UNUSABLE',
        expect.stringContaining(named),
      ]);
    });

    test('a ledger that others may write is used if its schema is unchanged, even with additional tables', () => {
      const path = existing();
      changed(path, 'CREATE TABLE theirs (a UNIQUE); CREATE INDEX of_theirs ON theirs(lower(a))');
      chmodSync(path, 0o660);
      openOrCreateLedger(context, { path }).close();
      const old = newPath();
      mkdirSync(dirname(old), { recursive: true, mode: 0o700 });
      changed(old, `${firstSchemaSql}; PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`);
      chmodSync(old, 0o660);
      openOrCreateLedger(context, { path: old, migrate: true }).close();
      const again = openOrCreateLedger(context, { path: old });
      expect(again.prepare('SELECT count(*) FROM deployment_history').pluck().get()).toBe(0);
      again.close();
    });
  },
);
