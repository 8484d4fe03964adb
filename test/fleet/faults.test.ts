import { spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../src/fleet/connect.ts';
import { initStore } from '../../src/fleet/initStore.ts';
import { grants } from '../../src/fleet/schemaSql.ts';
import { sendBatch } from '../../src/fleet/sendBatch.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { emptyColumns } from '../../src/ledger/sync/emptyColumns.ts';
import { rowsOf } from '../../src/ledger/sync/rowsOf.ts';
import { copyLedger, deploy, filledLedger } from '../repair/filledLedger.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { freePort, startServer } from '../support/server.ts';
import { expectSame, ledgerIdOf, syncFrom } from './storeWorld.ts';

vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('Faults of a central store', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    await initStore(fakeContext(), storeAddress(postgres.url));
    postgres.rows("CREATE ROLE host LOGIN PASSWORD 'right'; CREATE ROLE viewer");
    for (const grant of grants({ writer: 'host', reader: 'viewer' })) postgres.rows(grant);
  }, 180_000);
  afterAll(() => postgres.remove());

  test('hosts may add and change rows and read them, and may delete none', async () => {
    const world = filledLedger(3);
    const url = postgres.url.replace('owner@', 'host@');
    await syncFrom(world, { url });
    expectSame(postgres, world);
    const as = (role: string, sql: string) => () => postgres.rows(`SET ROLE ${role}; ${sql}`);
    expect(as('host', 'DELETE FROM deploytrack_rows.deployment_metrics')).toThrow(/permission denied/);
    expect(as('host', "UPDATE deploytrack_rows.store SET store_id = 'x'")).toThrow(/permission denied/);
    expect(as('viewer', 'SELECT 1 FROM deploytrack_rows.deployment_metrics')).toThrow(/permission denied/);
    expect(as('viewer', 'SELECT 1 FROM deploytrack.deployment_metrics')).not.toThrow();
  });

  test('a server that is killed within a batch and starts again has every row once', async () => {
    const world = filledLedger(260);
    const sent = syncFrom(world, { url: postgres.url });
    const failed = expect(sent).rejects.toMatchObject({ code: 'STORE', fate: 'later' });
    // In the middle: the first batch is there, and not yet the last.
    const id = ledgerIdOf(world);
    const count = () =>
      Number(
        postgres.rows(
          `SELECT count(*) AS n FROM deploytrack_rows.deployment_metrics WHERE ledger_id = '${id}'`,
        )[0]?.n,
      );
    await vi.waitFor(() => expect(count()).toBeGreaterThan(0), { timeout: 90_000, interval: 25 });
    await postgres.stop('SIGQUIT');
    await failed;
    await postgres.restart();
    const { unsent } = await syncFrom(world, { url: postgres.url });
    expect(unsent).toBe(0);
    expectSame(postgres, world);
  });

  test('a batch that arrives twice, and an older one after a newer one, change nothing', async () => {
    const world = filledLedger(4);
    await syncFrom(world, { url: postgres.url });
    const columns = emptyColumns();
    const changes = world.rows('SELECT kind, key, revision FROM store_rows') as unknown as {
      kind: 'deployment';
      key: string;
      revision: number;
    }[];
    const before = rowsOf(world.database, changes);
    deploy(world, { from: 100, to: 102 });
    world.database.exec("UPDATE deployment_metrics SET notes = 'newer'");
    await syncFrom(world, { url: postgres.url });
    expectSame(postgres, world);
    const connection = await connect(world.context, storeAddress(postgres.url), { timeoutMs: 5000 });
    const batch = { ledgerId: ledgerIdOf(world), hostname: 'web-1', programVersion: '1', columns, hosts: [] };
    for (const one of [before, before.toReversed()])
      await sendBatch(connection, { ...batch, changes: one, leftMs: () => 5000 });
    connection.close();
    expectSame(postgres, world);
  });

  test('a transaction that the database aborts for another one is repeated', async () => {
    const world = filledLedger(3);
    postgres.rows(`CREATE SEQUENCE aborted; CREATE FUNCTION abort() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF nextval('aborted') <= 3 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER abort BEFORE INSERT ON deploytrack_rows.deployment_stages EXECUTE FUNCTION abort()`);
    const { unsent } = await syncFrom(world, { url: postgres.url });
    postgres.rows('DROP TRIGGER abort ON deploytrack_rows.deployment_stages; DROP FUNCTION abort');
    expect(postgres.rows('SELECT last_value AS n FROM aborted')).not.toEqual([{ n: 1 }]);
    expect(unsent).toBe(0);
    expectSame(postgres, world);
  });

  test('a row that the store does not take is named, and all others are sent', async () => {
    const world = filledLedger(5);
    const long = Array.from({ length: 9000 }, (_, at) =>
      String.fromCharCode(0x4e00 + ((at * 7919) % 20_000)),
    ).join('');
    world.database.prepare("INSERT INTO tracked_items VALUES ('d-2', 'file', ?, 'x')").run(long);
    const { unsent, warnings } = await syncFrom(world, { url: postgres.url });
    expect(unsent).toBe(0);
    expect(warnings).toMatchObject([
      { code: 'STORE', message: expect.stringContaining('deployment d-2 was not sent') },
    ]);
    world.database.exec(
      "DELETE FROM tracked_items WHERE kind = 'file'; UPDATE deployment_metrics SET notes = '' WHERE deployment_id = 'd-2'",
    );
    await syncFrom(world, { url: postgres.url });
    expectSame(postgres, world);
  });

  test('values that no version has written are left out, and nothing else', async () => {
    const world = filledLedger(2);
    world.database.exec(`UPDATE deployment_metrics SET migration_duration = 'long', triggered_at = '0000-01-01T00:00:00.000Z',
      memory_bytes = 1e300, notes = 'a' || char(0) || 'b', error_message = x'ff', cpu_seconds = 9e999 WHERE deployment_id = 'd-0'`);
    const { unsent, warnings } = await syncFrom(world, { url: postgres.url });
    expect([unsent, warnings]).toEqual([0, []]);
    expect(
      postgres.rows(
        `SELECT migration_duration, triggered_at, memory_bytes, notes, error_message, cpu_seconds
         FROM deploytrack.deployment_metrics WHERE ledger_id = '${ledgerIdOf(world)}' AND deployment_id = 'd-0'`,
      ),
    ).toEqual([
      {
        migration_duration: null,
        triggered_at: null,
        memory_bytes: null,
        notes: 'ab',
        error_message: null,
        cpu_seconds: null,
      },
    ]);
  });

  test('the store takes no time or number with which one host could keep readers from the rows of all', async () => {
    const world = filledLedger(1);
    await syncFrom(world, { url: postgres.url });
    const spoil = (table: string, change: string) => () =>
      postgres.rows(`UPDATE deploytrack_rows.${table} SET ${change}`);
    for (const time of ['infinity', '-infinity', '0001-01-01 BC', '10000-01-01']) {
      for (const column of ['deployment_started_at', 'deployment_completed_at', 'received_at'])
        expect(spoil('deployment_metrics', `${column} = '${time}'`)).toThrow(/check constraint/);
      expect(spoil('deployment_stages', `started_at = '${time}'`)).toThrow(/check constraint/);
      expect(spoil('hosts', `since = '${time}'`)).toThrow(/check constraint/);
      expect(spoil('hosts', `received_at = '${time}'`)).toThrow(/check constraint/);
    }
    for (const number of ["'NaN'", "'Infinity'", "'-Infinity'", '1.7e308', '-1e300'])
      expect(spoil('deployment_metrics', `total_duration = ${number}`)).toThrow(/check constraint/);
    for (const table of ['ledgers', 'hosts', 'deployment_metrics'])
      expect(spoil(table, 'revision = 9007199254740993')).toThrow(/check constraint/);
  });

  test('a revision of the store that is none changes nothing in the ledger, and names what to do', async () => {
    const world = filledLedger(1);
    await syncFrom(world, { url: postgres.url });
    const id = ledgerIdOf(world);
    const revisions = () => world.rows('SELECT revision, sent_revision FROM store_state');
    const before = revisions();
    postgres.rows('ALTER TABLE deploytrack_rows.ledgers DROP CONSTRAINT ledgers_revision_check');
    postgres.rows(
      `UPDATE deploytrack_rows.ledgers SET revision = 9223372036854775807 WHERE ledger_id = '${id}'`,
    );
    await expect(syncFrom(world, { url: postgres.url })).rejects.toMatchObject({
      message: expect.stringContaining('impossible revision 9223372036854775807'),
      hint: expect.stringContaining('UPDATE deploytrack_rows.ledgers'),
    });
    expect(revisions()).toEqual(before);
    postgres.rows(`UPDATE deploytrack_rows.ledgers SET revision = 0 WHERE ledger_id = '${id}'`);
    postgres.rows(
      'ALTER TABLE deploytrack_rows.ledgers ADD CONSTRAINT ledgers_revision_check CHECK (revision BETWEEN 0 AND 4503599627370496)',
    );
    world.database.exec("UPDATE deployment_metrics SET notes = 'later'");
    expect(await syncFrom(world, { url: postgres.url })).toMatchObject({ unsent: 0, refused: 0 });
    expectSame(postgres, world);
  });

  test('two hosts with one ledger ID lose nothing, and the second is told', async () => {
    const world = filledLedger(3);
    await syncFrom(world, { url: postgres.url });
    const copy = join(postgres.folder, 'copy', 'deployments.db');
    copyLedger(world.path, copy);
    deploy(world, { from: 10, to: 12 });
    await syncFrom(world, { url: postgres.url });
    const database = new Sqlite(copy);
    onTestFinished(() => void database.close());
    const context = fakeContext({ hostName: () => 'web-2' });
    database.exec("UPDATE deployment_metrics SET deployment_id = 'own' WHERE deployment_id = 'd-1'");
    const asCopy = () => syncFrom({ context, path: copy }, { url: postgres.url });
    // The first time it could be a host that was renamed.
    expect(await asCopy()).toMatchObject({ unsent: 0, warnings: [] });
    deploy(world, { from: 12, to: 13 });
    const told = (host: string) => [{ message: expect.stringContaining(`is also used by the host ${host}`) }];
    expect(await syncFrom(world, { url: postgres.url })).toMatchObject({ warnings: told('web-2') });
    database.exec("UPDATE deployment_metrics SET notes = 'again' WHERE deployment_id = 'own'");
    expect(await asCopy()).toMatchObject({ unsent: 0, warnings: told('web-1') });
    const ids = postgres.rows(
      `SELECT deployment_id AS id FROM deploytrack.deployment_metrics WHERE ledger_id = '${ledgerIdOf(world)}' ORDER BY 1`,
    );
    expect(ids.map(({ id }) => id)).toEqual(['d-0', 'd-1', 'd-10', 'd-11', 'd-12', 'd-2', 'own']);
  });

  test.each([
    ['older', 0, 1],
    ['newer', 99, 0],
  ])('a store of an %s version is named, or used', async (_, version, fails) => {
    const world = filledLedger(2);
    postgres.rows(`UPDATE deploytrack_rows.store SET version = ${version}`);
    const sent = syncFrom(world, { url: postgres.url });
    await (fails === 1
      ? expect(sent).rejects.toMatchObject({ message: expect.stringContaining('older version') })
      : expect(sent).resolves.toMatchObject({ unsent: 0 }));
    postgres.rows('UPDATE deploytrack_rows.store SET version = 1');
  });

  test('a read-only store, a wrong password, a missing database and a server that is gone each name what to do', async () => {
    const world = filledLedger(2);
    const hintOf = (url: string) =>
      syncFrom(world, { url }).then(
        () => 'sent',
        (error: { hint?: string; message: string }) => `${error.message} ${error.hint}`,
      );
    postgres.rows('ALTER ROLE host SET default_transaction_read_only = on');
    expect(await hintOf(postgres.url.replace('owner@', 'host@'))).toMatch(
      /read-only: connect to the primary/,
    );
    postgres.rows('ALTER ROLE host RESET default_transaction_read_only');
    const hba = join(postgres.folder, 'data/pg_hba.conf');
    writeFileSync(hba, `host all host all scram-sha-256\n${readFileSync(hba, 'utf8')}`);
    postgres.rows('SELECT 1 FROM pg_reload_conf()');
    expect(await hintOf(postgres.url.replace('owner@', 'host:wrong@'))).toMatch(
      /check the user and the password/,
    );
    expect(await hintOf(postgres.url.replace('owner@', 'host:right@'))).toBe('sent');
    expect(await hintOf(postgres.url.replace(/postgres$/, 'missing'))).toMatch(/create the database/);
    expect(await hintOf(`postgres://owner@127.0.0.1:${await freePort()}/postgres`)).toMatch(
      /start the database, or correct the host and the port/,
    );
  });

  test('a server that accepts and never responds costs the time that was given', async () => {
    const world = filledLedger(2);
    const silent: Server = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const url = `postgres://owner@127.0.0.1:${port}/postgres`;
    const took = async (budgetMs: number) => {
      const beganMs = performance.now();
      await expect(syncFrom(world, { url, budgetMs })).rejects.toMatchObject({ code: 'STORE' });
      return performance.now() - beganMs;
    };
    const [short, long] = await Promise.all([took(200), took(5000)]);
    expect(short).toBeGreaterThan(150);
    expect(long).toBeGreaterThan(4900);
    expect(short).toBeLessThan(long / 2);
  });

  test('a server that is silent is not waited for as long as there are rows to send', async () => {
    const world = filledLedger(1);
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    // Longer than the time limit of this test.
    const sent = syncFrom(world, { url: `postgres://owner@127.0.0.1:${port}/db`, budgetMs: 600_000 });
    await expect(sent).rejects.toThrow(/timeout expired/);
  });

  test('a certificate that does not verify is refused, and one that does is used', async () => {
    const world = filledLedger(2);
    const file = (name: string) => join(postgres.folder, 'data', name);
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    spawnSync('openssl', [
      ...words,
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      file('server.key'),
      '-out',
      file('server.crt'),
    ]);
    const owner = Number(spawnSync('stat', ['-c', '%u', file('pg_hba.conf')], { encoding: 'utf8' }).stdout);
    chownSync(file('server.key'), owner, owner);
    chownSync(file('server.crt'), owner, owner);
    appendFileSync(file('postgresql.conf'), 'ssl = on\n');
    await postgres.stop();
    await postgres.restart();
    const url = (query: string) => `postgres://owner@localhost:${postgres.port}/postgres?${query}`;
    await expect(syncFrom(world, { url: url('sslmode=verify-full') })).rejects.toMatchObject({
      hint: expect.stringContaining('sslrootcert'),
    });
    const trusted = `sslmode=verify-full&sslrootcert=${file('server.crt')}`;
    expect(await syncFrom(world, { url: url(trusted) })).toMatchObject({ unsent: 0 });
    const wrongName = url(trusted).replace('localhost', '127.0.0.1');
    await expect(syncFrom(world, { url: wrongName })).rejects.toMatchObject({ code: 'STORE' });
    expect(await syncFrom(world, { url: url('sslmode=require') })).toMatchObject({ unsent: 0 });
    expectSame(postgres, world);
  });

  test('PgBouncer in transaction mode is a store like any other', async () => {
    const world = filledLedger(30);
    const ini = join(postgres.folder, 'pgbouncer.ini');
    const port = await freePort();
    writeFileSync(
      ini,
      `[databases]\npostgres = host=127.0.0.1 port=${postgres.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}
auth_type = any\npool_mode = transaction\nunix_socket_dir =\ndefault_pool_size = 2\n`.replace(
        'postgres = ',
        'postgres = user=owner ',
      ),
    );
    const bouncer = await startServer({
      program: 'setpriv',
      args: () => ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--', 'pgbouncer', ini],
      readyPath: null,
      port,
    });
    onTestFinished(() => bouncer.stop());
    const url = `postgres://owner@127.0.0.1:${port}/postgres`;
    postgres.rows('DROP INDEX deploytrack_rows.rollback_by_time');
    expect(await initStore(fakeContext(), storeAddress(url))).toMatchObject({ schema: 'up to date' });
    const { unsent } = await syncFrom(world, { url });
    expect(unsent).toBe(0);
    expectSame(postgres, world);
  });
});
