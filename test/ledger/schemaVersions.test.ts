import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { actualVersion } from '../../src/ledger/file/actualVersion.ts';
import type { Database } from '../../src/ledger/file/addon.ts';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { firstSchemaSql, schemaSql } from '../../src/ledger/file/schema.ts';
import { schemaSteps } from '../../src/ledger/file/schemaSteps.ts';
import { applicationId, schemaVersion } from '../../src/ledger/file/schemaVersion.ts';
import { shareLedger } from '../../src/ledger/file/share.ts';
import { fakeContext } from '../support/context.ts';
import { context, existing, filesIn, modeOf, newPath, problemOf } from './newLedger.ts';

describe('Ledgers with another schema', () => {
  const withVersion = (version: number) => {
    const path = existing();
    const database = new SqliteDatabase(path);
    database.pragma(`user_version = ${version}`);
    database.close();
    return path;
  };
  const ofFirstSchema = () => {
    const path = newPath();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const database = new SqliteDatabase(path);
    database.exec(firstSchemaSql);
    database.exec("INSERT INTO deployment_metrics (version, deployment_started_at) VALUES ('1', 'then')");
    database.pragma(`application_id = ${applicationId}`);
    database.pragma('user_version = 1');
    database.close();
    return path;
  };
  const versionOf = (path: string) => {
    const database = new SqliteDatabase(path, { readonly: true });
    const version = database.pragma('user_version', { simple: true });
    database.close();
    return version;
  };

  test.each([false, true])(
    'a ledger with a newer schema is rejected and left unchanged (migrate: %s)',
    (migrate) => {
      const path = withVersion(schemaVersion + 1);
      expect(problemOf(() => openOrCreateLedger(context, { path, migrate })).code).toBe('LEDGER_NEWER');
      expect(versionOf(path)).toBe(schemaVersion + 1);
    },
  );

  test('a mark rejects a ledger with an older schema and names the fix', () => {
    const path = ofFirstSchema();
    expect(problemOf(() => openOrCreateLedger(context, { path }))).toMatchObject({
      code: 'LEDGER_OLDER',
      hint: 'run `deploytrack init` to migrate it',
    });
    expect(versionOf(path)).toBe(1);
    expect(filesIn(dirname(path))).toEqual(['deployments.db']);
  });

  test('a ledger with an older schema is migrated by commands that may, after a backup copy', () => {
    const path = ofFirstSchema();
    const database = openOrCreateLedger(context, { path, migrate: true });
    expect(database.prepare('SELECT version FROM deployment_metrics').pluck().all()).toEqual(['1']);
    database.close();
    const copy = `${path}.before-schema-${schemaVersion}-20260115T100000Z`;
    expect([versionOf(path), versionOf(copy), modeOf(copy)]).toEqual([schemaVersion, 1, '600']);
    const old = new SqliteDatabase(copy);
    expect(old.prepare('SELECT version FROM deployment_metrics').pluck().all()).toEqual(['1']);
    // Restored, it is a ledger that writers and readers use at the same time.
    expect(old.pragma('journal_mode', { simple: true })).toBe('wal');
    old.close();
  });

  test('a migrated ledger is the same as a new one', () => {
    const made = (database: Database) =>
      database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name').pluck().all();
    const fresh = new SqliteDatabase(':memory:');
    fresh.exec(schemaSql);
    const migrated = openOrCreateLedger(context, { path: ofFirstSchema(), migrate: true });
    expect(made(migrated)).toEqual(made(fresh));
    migrated.close();
  });

  test('a migrated ledger keeps its processes, with an unknown PID namespace', () => {
    const path = ofFirstSchema();
    const older = new SqliteDatabase(path);
    older.exec(`INSERT INTO processes VALUES ('d', 'caller', 7, '123', 'boot'), ('d', 'phase', 8, NULL, NULL);
      INSERT INTO probers VALUES ('r', 'd', 9, '5', 'boot', '/tmp/x')`);
    older.close();
    const database = openOrCreateLedger(context, { path, migrate: true });
    expect(database.prepare('SELECT * FROM processes').all()).toEqual([
      {
        deployment_id: 'd',
        role: 'caller',
        pid: 7,
        pid_namespace: '',
        started: '123',
        boot: 'boot',
        knows_alone: 0,
      },
      {
        deployment_id: 'd',
        role: 'phase',
        pid: 8,
        pid_namespace: '',
        started: null,
        boot: null,
        knows_alone: 0,
      },
    ]);
    expect(database.prepare('SELECT pid, pid_namespace, file FROM probers').all()).toEqual([
      { pid: 9, pid_namespace: null, file: '/tmp/x' },
    ]);
    database.close();
  });

  test('the backup copy includes data that is only in the log', () => {
    const path = ofFirstSchema();
    const writer = new SqliteDatabase(path);
    writer.pragma('journal_mode = WAL');
    writer.exec("INSERT INTO deployment_metrics (version, deployment_started_at) VALUES ('2', 'now')");
    openOrCreateLedger(context, { path, migrate: true }).close();
    writer.close();
    const old = new SqliteDatabase(`${path}.before-schema-${schemaVersion}-20260115T100000Z`);
    expect(old.prepare('SELECT version FROM deployment_metrics ORDER BY id').pluck().all()).toEqual([
      '1',
      '2',
    ]);
    old.close();
  });

  test('the backup copy is not written through a link, not even in a folder that others may write', () => {
    const path = ofFirstSchema();
    chmodSync(dirname(path), 0o2770);
    const copy = `${path}.before-schema-${schemaVersion}-20260115T100000Z`;
    const victim = join(dirname(path), 'victim');
    writeFileSync(victim, '');
    symlinkSync(victim, copy);
    expect(() => openOrCreateLedger(context, { path, migrate: true })).toThrow();
    expect([statSync(victim).size, versionOf(path)]).toEqual([0, 1]);
    rmSync(copy);
    openOrCreateLedger(context, { path, migrate: true }).close();
    expect([versionOf(path), versionOf(copy), modeOf(copy)]).toEqual([schemaVersion, 1, '600']);
  });

  test('a ledger is migrated in the second in which a migration was killed', () => {
    const path = ofFirstSchema();
    const copy = `${path}.before-schema-${schemaVersion}-20260115T100000Z`;
    writeFileSync(copy, 'incomplete');
    openOrCreateLedger(context, { path, migrate: true }).close();
    expect([versionOf(path), versionOf(`${copy}-2`), statSync(copy).size]).toEqual([schemaVersion, 1, 10]);
  });

  test('a ledger with the current schema is not copied', () => {
    const path = existing();
    openOrCreateLedger(context, { path, migrate: true }).close();
    expect(filesIn(dirname(path))).toEqual(['deployments.db']);
  });

  test('a ledger locked by another process is not migrated and not changed', () => {
    const path = ofFirstSchema();
    const other = new SqliteDatabase(path);
    other.exec('BEGIN IMMEDIATE');
    expect(problemOf(() => openOrCreateLedger(context, { path, migrate: true })).code).toBe('LEDGER_BUSY');
    other.exec('ROLLBACK');
    other.close();
    expect(versionOf(path)).toBe(1);
    expect(filesIn(dirname(path))).toEqual(['deployments.db']);
  });
});

test('the tables show the schema version after each migration step', () => {
  const database = new SqliteDatabase(':memory:');
  const versions = [actualVersion(database)];
  for (const sql of [firstSchemaSql, ...schemaSteps]) {
    database.exec(sql);
    versions.push(actualVersion(database));
  }
  database.close();
  expect(versions).toEqual([null, ...Array.from({ length: schemaVersion }, (_, index) => index + 1)]);
});

describe('Command `init --group`', () => {
  test('init --group makes folder, ledger and log accessible to the group', async () => {
    const path = newPath();
    const database = openOrCreateLedger(context, { path });
    database.exec('DELETE FROM warnings');
    await shareLedger(context, { path, group: String(process.getgid?.()) });
    expect([modeOf(dirname(path)), modeOf(path), modeOf(`${path}-wal`), modeOf(`${path}-shm`)]).toEqual([
      '2770',
      '660',
      '660',
      '660',
    ]);
    database.close();
    openOrCreateLedger(context, { path }).close();
    expect(modeOf(path)).toBe('660');
  });

  test.each(['no such group', 'ro.t', 'root:x', '.*'])('init --group rejects the group %j', async (group) => {
    await expect(shareLedger(context, { path: existing(), group })).rejects.toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: `group ${JSON.stringify(group)} not found`,
    });
  });

  test('init --group is rejected on Windows with a hint', async () => {
    await expect(
      shareLedger(fakeContext({ platform: 'win32' }), { path: existing(), group: 'deploy' }),
    ).rejects.toMatchObject({ hint: expect.stringContaining('icacls') });
  });
});
