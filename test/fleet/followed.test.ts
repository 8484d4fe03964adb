import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../src/fleet/connect.ts';
import type { FleetHost } from '../../src/fleet/fleetHost.ts';
import { initStore } from '../../src/fleet/initStore.ts';
import { keysMeant } from '../../src/fleet/meant.ts';
import { queryAt } from '../../src/fleet/queryStore.ts';
import { SliceRefresh } from '../../src/fleet/serve/refreshSlice.ts';
import { StoreConnection } from '../../src/fleet/serve/storeConnection.ts';
import { StoreHosts } from '../../src/fleet/serve/storeHosts.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { schemaSql } from '../../src/ledger/file/schema.ts';
import { SliceFile } from '../../src/ledger/sync/sliceFile.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';

vi.setConfig({ testTimeout: 60_000 });

/** As many rows as one reading of what is new takes, of another host. */
const flood = `INSERT INTO deploytrack_rows.deployment_metrics
  (ledger_id, deployment_id, id, deployment, environment, instance, version, deployment_started_at, deployment_status, discarded, fragment, revision)
  SELECT 'other', 'd-' || n, n, 'app', 'production', 'web-2', '1', now(), 'success', 0, 0, 1 FROM generate_series(1, 5000) AS n`;

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'A server that follows a store',
  () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await startPostgres();
      await initStore(fakeContext(), storeAddress(postgres.url));
    }, 180_000);
    afterAll(() => postgres.remove());

    test('many changes of other hosts are compared once, not as long as nothing else comes', async () => {
      const database = new Sqlite(':memory:');
      onTestFinished(() => void database.close());
      database.exec(schemaSql);
      const refresh = new SliceRefresh(new SliceFile(database), { host: 'web-1', limit: 100 });
      const connection = await connect(fakeContext(), storeAddress(postgres.url), { timeoutMs: 10_000 });
      onTestFinished(() => connection.close());
      await refresh.compareAll(connection);
      postgres.rows(flood);
      const compared = vi.spyOn(refresh, 'compareAll');
      for (let round = 0; round < 3; round += 1) await refresh.readChanged(connection);
      expect(compared).toHaveBeenCalledTimes(1);
    });

    test('a connection that broke while it was idle is replaced for all who use it at once', async () => {
      const connection = new StoreConnection(fakeContext(), storeAddress(postgres.url));
      onTestFinished(() => connection.close());
      const ask = (text: string) =>
        connection.use(async ({ query }) => (await query(text, { timeoutMs: 10_000 })).rows);
      const [{ pid } = {}] = (await ask('SELECT pg_backend_pid() AS pid')) as { pid?: number }[];
      postgres.rows(`SELECT pg_terminate_backend(${pid}, 5000)`);
      const all = await Promise.all([1, 2, 3].map((n) => ask(`SELECT ${n} AS n`)));
      expect(all).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
    });

    test('a word with a character that no text of the store has means no deployment', async () => {
      const asked = queryAt(fakeContext(), storeAddress(postgres.url), (query) =>
        keysMeant(query, 'abcd\0ef', { limit: 1 }),
      );
      expect(await asked).toEqual([]);
    });

    test('of two addresses of a host, the error of the one that answered is shown', async () => {
      // The other one is ::1, where no server is.
      const url = postgres.url
        .replace('127.0.0.1', 'db.localhost')
        .replace(/\/postgres\b.*/, '/missing?sslmode=disable');
      await expect(connect(fakeContext(), storeAddress(url), { timeoutMs: 10_000 })).rejects.toThrow(
        /database "missing" does not exist/,
      );
    });
  },
);

test('while a store is silent, its hosts are those that were read last', async () => {
  const context = fakeContext();
  const known = { host: 'web-1' } as FleetHost;
  const answers = [Promise.resolve([known]), new Promise<never>(() => {})];
  const connection = { use: () => answers.shift() } as unknown as StoreConnection;
  const filter = { deployment: null, environment: null, host: null };
  const hosts = new StoreHosts(context, { connection, filter });
  expect(await hosts.read()).toEqual([known]);
  context.advance(5000);
  expect(await hosts.read()).toEqual([known]);
});
