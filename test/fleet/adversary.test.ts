import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../src/fleet/connect.ts';
import { initStore } from '../../src/fleet/initStore.ts';
import { sendBatch } from '../../src/fleet/sendBatch.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { withFitRows } from '../../src/ledger/fit/views.ts';
import { emptyColumns } from '../../src/ledger/sync/emptyColumns.ts';
import { rowsOf } from '../../src/ledger/sync/rowsOf.ts';
import { type LedgerWorld, ledgerWorld, type Row } from '../ledger/ledgerWorld.ts';
import { scriptOf } from '../ledger/script.ts';
import { copyLedger, deploy, filledLedger } from '../repair/filledLedger.ts';
import { because } from '../support/because.ts';
import { type FakeContext, fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { rowsOf as rowsOfFile } from '../support/program.ts';
import { expectSame, ledgerIdOf, syncFrom } from './storeWorld.ts';

vi.setConfig({ testTimeout: 180_000 });

const rowsIn = (path: string) => (sql: string) => rowsOfFile(path, { sql }) as Row[];

/** Waits for others, who do not wait for its clock. */
function waiting(): FakeContext {
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  return { ...fakeContext(), sleep };
}

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'What comes to a central store',
  () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await startPostgres();
      await initStore(fakeContext(), storeAddress(postgres.url));
    }, 120_000);
    afterAll(() => postgres.remove());

    const send = (world: Pick<LedgerWorld, 'context' | 'path'>) => syncFrom(world, { url: postgres.url });
    const inStore = (table: string, world: Pick<LedgerWorld, 'rows'>, columns = '*') =>
      postgres.rows(
        `SELECT ${columns} FROM deploytrack.${table} WHERE ledger_id = '${ledgerIdOf(world)}' ORDER BY 1`,
      );

    test('a ledger that was restored from a backup is what the store has, and what it lost stays there', async () => {
      const world = filledLedger(3);
      await send(world);
      const copy = join(postgres.folder, 'restored', 'deployments.db');
      copyLedger(world.path, copy);
      scriptOf(world, 'd-2').finish({ notes: 'after the backup' });
      deploy(world, { from: 3, to: 5 });
      await send(world);
      const database = new Sqlite(copy);
      onTestFinished(() => void database.close());
      const restored = { context: fakeContext(), path: copy };
      const rows = rowsIn(copy);
      const revision = () => Number(rows('SELECT revision FROM store_state')[0]?.revision);
      expect(await send(restored)).toMatchObject({ unsent: 0, sent: 1, warnings: [] });
      expect(inStore('deployment_metrics', { rows }, 'deployment_id, deployment_status AS status')).toEqual([
        { deployment_id: 'd-0', status: 'failed' },
        { deployment_id: 'd-1', status: 'in-progress' },
        { deployment_id: 'd-2', status: 'in-progress' },
        { deployment_id: 'd-3', status: expect.any(String) },
        { deployment_id: 'd-4', status: 'in-progress' },
      ]);
      const [above] = postgres.rows(
        `SELECT revision FROM deploytrack_rows.ledgers WHERE ledger_id = '${ledgerIdOf({ rows })}'`,
      );
      expect(revision()).toBeGreaterThanOrEqual(Number(above?.revision));
      database.exec("UPDATE deployment_metrics SET notes = 'newer' WHERE deployment_id = 'd-0'");
      expect(await send(restored)).toMatchObject({ unsent: 0, sent: 1 });
      expect(inStore('deployment_metrics', { rows }, 'notes')[0]).toEqual({ notes: 'newer' });
      expect(await send(restored)).toMatchObject({ unsent: 0, sent: 0 });
    });

    test('a restored ledger whose next deployment ends before anything is sent still sends what it took back', async () => {
      const world = filledLedger(3);
      await send(world);
      const copy = join(postgres.folder, 'restored-later', 'deployments.db');
      copyLedger(world.path, copy);
      world.database.exec(
        "UPDATE deployment_metrics SET notes = 'after the backup' WHERE deployment_id = 'd-0'",
      );
      await send(world);
      const database = new Sqlite(copy);
      onTestFinished(() => void database.close());
      database.exec("UPDATE deployment_metrics SET notes = 'after the restore' WHERE deployment_id = 'd-1'");
      const restored = { context: fakeContext(), path: copy };
      expect(await send(restored)).toMatchObject({ unsent: 0, sent: 2, warnings: [] });
      expectSame(postgres, { rows: rowsIn(copy) });
      expect(await send(restored)).toMatchObject({ unsent: 0, sent: 0 });
    });

    test('a deployment that is deleted from a ledger of ten thousand hosts is removed from the store', async () => {
      const world = filledLedger(2);
      world.database.exec(`INSERT INTO groups (instance, deployment, environment)
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT 'h-' || i, 'app', 'prod' FROM n`);
      await send(world);
      for (const table of emptyColumns().keys())
        if (!/^(freezes|gate_decisions)$/.test(table))
          world.database.exec(`DELETE FROM ${table} WHERE deployment_id = 'd-0'`);
      expect(await send(world)).toMatchObject({ unsent: 0, sent: 1 });
      expectSame(postgres, world);
    });

    test('a change counts as newer although the clock was set back', async () => {
      const world = filledLedger(2);
      await send(world);
      world.database.exec('UPDATE store_state SET revision = revision + 400 * 86400000');
      world.database.exec("UPDATE deployment_metrics SET notes = 'of next year'");
      await send(world);
      world.database.exec("UPDATE deployment_metrics SET notes = 'of now'");
      await send(world);
      expectSame(postgres, world);
    });

    test('a host all of whose deployments were discarded, or deleted, is not in the fleet any more', async () => {
      const world = ledgerWorld({ hostName: () => 'gone-1' });
      const script = scriptOf(world, 'g-1');
      script.start({ version: '1', instance: 'gone-1' });
      script.finish();
      await send(world);
      const host = () => inStore('hosts', world, 'version, last_deployment_id');
      expect(host()).toEqual([{ version: '1', last_deployment_id: 'g-1' }]);
      script.finish({ discard: true });
      world.database.exec("UPDATE deployment_metrics SET discarded = 1, deployment_status = 'success'");
      await send(world);
      expect(host()).toEqual([]);
      world.database.exec('UPDATE deployment_metrics SET discarded = 0');
      await send(world);
      expect(host()).toHaveLength(1);
      for (const table of ['deployment_metrics', 'deployment_stages'])
        world.database.exec(`DELETE FROM ${table}`);
      await send(world);
      expect(host()).toEqual([]);
      expectSame(postgres, world);
    });

    test('a deployment is deleted in a ledger with more hosts than one statement takes', async () => {
      const world = ledgerWorld({ hostName: () => 'many-1' });
      const script = scriptOf(world, 'many-deployment');
      script.start({ version: '1', instance: 'many-1' });
      script.finish();
      await send(world);
      world.database.exec(`INSERT INTO groups (instance, deployment, environment)
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 7000) SELECT 'many-' || n, 'other', 'production' FROM n`);
      for (const table of ['deployment_metrics', 'deployment_stages'])
        world.database.exec(`DELETE FROM ${table}`);
      expect(await send(world)).toMatchObject({ unsent: 0, refused: 0 });
      expectSame(postgres, world);
    });

    test('a deployment that was deleted before it arrived does not arrive later', async () => {
      const world = filledLedger(2);
      await send(world);
      deploy(world, { from: 5, to: 7 });
      const changes = world.rows('SELECT kind, key, revision FROM store_rows WHERE sent = 0') as never;
      const before = rowsOf(world.database, changes);
      for (const table of emptyColumns().keys())
        if (!/^(freezes|gate_decisions)$/.test(table))
          world.database.exec(`DELETE FROM ${table} WHERE deployment_id IN ('d-5', 'd-6')`);
      await send(world);
      const connection = await connect(world.context, storeAddress(postgres.url), { timeoutMs: 5000 });
      await sendBatch(connection, {
        ...{ ledgerId: ledgerIdOf(world), hostname: 'web-1', programVersion: '1', hosts: [] },
        ...{ columns: emptyColumns(), changes: before, leftMs: () => 20_000 },
      });
      connection.close();
      expectSame(postgres, world);
    });

    test('several that send the same ledger while it grows lose and double nothing', async () => {
      const world = filledLedger(20);
      const sender = { path: world.path, context: waiting() };
      await send(sender);
      const senders = [1, 2, 3].map(async (number) => {
        deploy(world, { from: number * 100, to: number * 100 + 5 });
        await send(sender);
        world.database.exec(`UPDATE deployment_metrics SET notes = 'of ${number}'`);
        await send(sender);
      });
      await Promise.all(senders);
      expect(await send(world)).toMatchObject({ unsent: 0, refused: 0 });
      expectSame(postgres, world);
    });

    test('ten thousand deployments that were imported at once arrive, each once', async () => {
      const world = filledLedger(1);
      world.database.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      INSERT INTO deployment_metrics (version, deployment_started_at, deployment_id, deployment_status, deployment, environment, instance)
        SELECT 'old', strftime('%Y-%m-%dT%H:%M:%fZ', 1e9 + i, 'unixepoch'), 'old-' || i, 'success', 'app', 'test', 'web-1' FROM n;
      INSERT INTO deployment_stages (deployment_id, run_id, service, stage, started_at)
        SELECT deployment_id, 'run-' || id, 'app', 'build', deployment_started_at FROM deployment_metrics WHERE version = 'old'`);
      expect(await send(world)).toMatchObject({ unsent: 0, refused: 0, warnings: [] });
      const count = (table: string) => [
        inStore(table, world, 'count(*) AS n')[0]?.n,
        world.rows(`SELECT count(*) AS n FROM ${table}`)[0]?.n,
      ];
      expect(count('deployment_metrics')).toEqual([10_001, 10_001]);
      expect(new Set(count('deployment_stages')).size).toBe(1);
    });

    test('whatever a ledger holds, the store has the rows that its reports read', async () => {
      const times = fc.constantFrom(
        '2026-02-30T00:00:00.000Z',
        '2026-01-01T24:00:00Z',
        '9999-12-31T23:59:59.999Z',
        '0000-01-01T00:00:00Z',
        '+012026-01-01T00:00:00Z',
        '2026-01-01',
        'yesterday',
        '',
      );
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom(
          'a\0b',
          '\ud800',
          '\udfff\ud800',
          '\u0000',
          "'; DROP TABLE x; --",
          '\\',
          'x'.repeat(200_000),
        ),
      );
      const number = fc.oneof(
        fc.double({ noNaN: true }),
        fc.constantFrom(1e308, -1e308, 5e-324, -0, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 63),
      );
      const any = fc.oneof(text, number, times, fc.uint8Array({ maxLength: 8 }), fc.constant(null));
      const columns = emptyColumns()
        .get('deployment_metrics')
        ?.map(({ name }) => name)
        .filter(
          (name) =>
            !/^(id|version|deployment_started_at|deployment_id|discarded|fragment|downtime_open|deployment_status)$/.test(
              name,
            ),
        );
      const values = fc.dictionary(fc.constantFrom(...(columns ?? [])), any, { maxKeys: 12 });
      await fc.assert(
        fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 6 }), async (all) => {
          const world = filledLedger(all.length);
          for (const [at, said] of all.entries())
            for (const [name, value] of Object.entries(said))
              world.database
                .prepare(`UPDATE deployment_metrics SET ${name} = ? WHERE deployment_id = ?`)
                .run(value, `d-${at}`);
          expect(await send(world)).toMatchObject({ unsent: 0, refused: 0, warnings: [] });
          const sql = 'SELECT deployment_id, notes FROM deployment_metrics ORDER BY 1';
          const own = withFitRows(world.database, {
            tables: ['deployment_metrics'],
            work: () => world.database.prepare<[], { deployment_id: string; notes: unknown }>(sql).all(),
          });
          const clean = (value: unknown) =>
            value === null ? null : String(value).replaceAll('\0', '').toWellFormed();
          expect(inStore('deployment_metrics', world, 'deployment_id, notes')).toEqual(
            own.map((row) => ({ ...row, notes: clean(row.notes) })),
          );
        }),
        { numRuns: 12 },
      );
    });

    test('rows that the store refuses are one warning, and are sent again when it takes them', async () => {
      const world = filledLedger(12);
      world.database.exec("UPDATE deployment_metrics SET notes = 'refused' WHERE id % 3 = 0");
      postgres.rows(
        "ALTER TABLE deploytrack_rows.deployment_metrics ADD CONSTRAINT taste CHECK (notes <> 'refused')",
      );
      const first = await send(world);
      postgres.rows('ALTER TABLE deploytrack_rows.deployment_metrics DROP CONSTRAINT taste');
      expect(first).toMatchObject({ sent: 8, unsent: 0, refused: 4 });
      expect(first.warnings).toMatchObject([
        { message: expect.stringMatching(/^4 changes, the first of deployment d-2, were not sent and wait/) },
      ]);
      // Without being asked it does not try them again.
      expect(await send(world)).toMatchObject({ sent: 0, refused: 4, warnings: [] });
      const again = await syncFrom(world, { url: postgres.url, insists: true });
      expect(again).toMatchObject({ sent: 4, unsent: 0, refused: 0, warnings: [] });
      expectSame(postgres, world);
    });

    test('what reports of a ledger leave out is not in the store, until it is corrected', async () => {
      const world = filledLedger(3);
      await send(world);
      const set = (values: string, id: string) =>
        world.database.prepare(`UPDATE deployment_metrics SET ${values} WHERE deployment_id = ?`).run(id);
      const ids = () => inStore('deployment_metrics', world, 'deployment_id AS id').map(({ id }) => id);
      set('total_duration = -5', 'd-1');
      set('cpu_seconds = -5', 'd-2');
      expect(await send(world)).toMatchObject({ unsent: 0, refused: 0, warnings: [] });
      expect(ids()).toEqual(['d-0', 'd-2']);
      expect(inStore('deployment_stages', world, 'DISTINCT deployment_id AS id')).toEqual([
        { id: 'd-0' },
        { id: 'd-2' },
      ]);
      expect(inStore('deployment_metrics', world, 'deployment_id, cpu_seconds')[1]).toMatchObject({
        cpu_seconds: null,
      });
      set('total_duration = 5', 'd-1');
      set('cpu_seconds = 5', 'd-2');
      await send(world);
      expectSame(postgres, world);
    });

    test('a ledger whose host was renamed does not count as a copy', async () => {
      const world = filledLedger(2);
      await send(world);
      deploy(world, { from: 5, to: 6 });
      const renamed = { path: world.path, context: fakeContext({ hostName: () => 'web-9' }) };
      expect(await send(renamed)).toMatchObject({ unsent: 0, warnings: [] });
      expect(await send(renamed)).toMatchObject({ warnings: [] });
      expect(inStore('ledgers', world, 'hostname')).toEqual([{ hostname: 'web-9' }]);
    });

    test('a ledger that is another file of the same ledger sends what the store lacks of it', async () => {
      const world = filledLedger(3);
      await send(world);
      const file = join(postgres.folder, 'moved.db');
      world.database.pragma('wal_checkpoint(TRUNCATE)');
      copyFileSync(world.path, file);
      // As a repair leaves it: without any note about a store.
      const database = new Sqlite(file);
      onTestFinished(() => void database.close());
      database.exec('DELETE FROM store_state; DELETE FROM store_rows');
      database.exec("UPDATE deployment_metrics SET notes = 'repaired'");
      expect(await send({ context: fakeContext(), path: file })).toMatchObject({ unsent: 0, sent: 3 });
      expectSame(postgres, { rows: rowsIn(file) });
    });
  },
);

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'The schema of a central store',
  () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await startPostgres();
    }, 120_000);
    afterAll(() => postgres.remove());

    const init = () => initStore(fakeContext(), storeAddress(postgres.url));

    test('several who make it at once, and one who makes it again, get one store', async () => {
      const ends = await Promise.all(
        [1, 2, 3, 4].map(() => initStore(waiting(), storeAddress(postgres.url))),
      );
      expect(ends.map(({ schema }) => schema)).toEqual(Array(4).fill('up to date'));
      const [before] = postgres.rows('SELECT * FROM deploytrack_rows.store');
      expect(await init()).toMatchObject({ schema: 'up to date' });
      expect(postgres.rows('SELECT * FROM deploytrack_rows.store')).toEqual([before]);
    });

    test('a store of an older version gets the columns that it lacks, and keeps its rows and rights', async () => {
      await init();
      const world = filledLedger(2);
      await syncFrom(world, { url: postgres.url });
      const columns = postgres
        .rows(
          "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'deploytrack' AND table_name = 'deployment_metrics' ORDER BY ordinal_position",
        )
        .map(({ name }) => String(name));
      const before = columns.filter((name) => name !== columns.at(-1));
      postgres.rows(`CREATE ROLE viewer; DROP VIEW deploytrack.deployment_metrics;
      ALTER TABLE deploytrack_rows.deployment_metrics DROP COLUMN ${columns.at(-1)};
      CREATE VIEW deploytrack.deployment_metrics AS SELECT ${before.join(', ')} FROM deploytrack_rows.deployment_metrics WHERE NOT removed;
      CREATE VIEW of_others AS SELECT version FROM deploytrack.deployment_metrics;
      GRANT SELECT ON deploytrack.deployment_metrics TO viewer; GRANT USAGE ON SCHEMA deploytrack TO viewer;
      UPDATE deploytrack_rows.store SET version = 0`);
      await expect(syncFrom(world, { url: postgres.url })).rejects.toMatchObject({
        hint: expect.stringContaining('`deploytrack sync --init`'),
      });
      expect(await init()).toMatchObject({ schema: 'up to date' });
      world.database.exec('UPDATE deployment_metrics SET notes = notes');
      expect(await syncFrom(world, { url: postgres.url })).toMatchObject({ sent: 2, unsent: 0 });
      expectSame(postgres, world);
      expect(() =>
        postgres.rows('SET ROLE viewer; SELECT 1 FROM deploytrack.deployment_metrics'),
      ).not.toThrow();
    });

    test('a store of a newer version is left as it is', async () => {
      await init();
      postgres.rows(`ALTER TABLE deploytrack_rows.rollbacks ADD COLUMN of_next_year text;
      UPDATE deploytrack_rows.store SET version = 99`);
      expect(await init()).toMatchObject({ schema: 'of a newer version' });
      const world = filledLedger(2);
      expect(await syncFrom(world, { url: postgres.url })).toMatchObject({ unsent: 0, warnings: [] });
      expectSame(postgres, world);
      postgres.rows('UPDATE deploytrack_rows.store SET version = 1');
    });

    test('who may not make it is told who may', async () => {
      postgres.rows('CREATE ROLE nobody LOGIN');
      const url = postgres.url.replace('owner@', 'nobody@');
      await expect(initStore(fakeContext(), storeAddress(url))).rejects.toMatchObject({
        hint: expect.stringContaining('owner of the database'),
      });
    });
  },
);
