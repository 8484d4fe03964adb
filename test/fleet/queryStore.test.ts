import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { queryAt } from '../../src/fleet/queryStore.ts';
import { StoreConnection } from '../../src/fleet/serve/storeConnection.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';

vi.setConfig({ testTimeout: 60_000 });

const counted = 'SELECT CAST(count(*) AS text) AS found FROM deploytrack_rows.ledgers';

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('A reader of a store', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    await initStore(fakeContext(), storeAddress(postgres.url));
  }, 180_000);
  afterAll(() => postgres.remove());

  test('a report reads one state of the store, although a host sends rows meanwhile', async () => {
    const [before, after] = await queryAt(fakeContext(), storeAddress(postgres.url), async (query) => {
      const first = await query(counted, []);
      postgres.rows("INSERT INTO deploytrack_rows.ledgers (ledger_id, revision) VALUES ('meanwhile', 1)");
      return [first, await query(counted, [])];
    });
    expect(postgres.rows(counted)).toEqual([{ found: '1' }]);
    expect([before, after]).toEqual([[{ found: '0' }], [{ found: '0' }]]);
  });

  test('the server ends a statement itself when its reader stops waiting, and a reader cannot write', async () => {
    const ask = (text: string) =>
      queryAt(fakeContext(), storeAddress(postgres.url), (query) => query(text, []), {
        connectMs: 10_000,
        statementMs: 5000,
      });
    expect(await ask('SHOW statement_timeout')).toEqual([{ statement_timeout: '5s' }]);
    await expect(ask('DELETE FROM deploytrack_rows.ledgers')).rejects.toThrow(/read-only transaction/);
  });

  test('the first of several failures is reported, with a hint that does not send anything', async () => {
    const failed = queryAt(fakeContext(), storeAddress(postgres.url), async (query) => {
      await query("SET LOCAL statement_timeout = '1ms'", []);
      await query('SELECT pg_sleep(10)', []).catch(() => {});
      return query('SELECT 1', []);
    });
    await expect(failed).rejects.toMatchObject({
      message: expect.stringContaining('statement timeout'),
      hint: expect.not.stringContaining('sync'),
    });
  });

  test('what the database aborts for another transaction is asked again, but not without end', async () => {
    const abort = "DO $$ BEGIN RAISE EXCEPTION 'conflict with recovery' USING ERRCODE = '40001'; END $$";
    const ask = async (failures: number) => {
      let asked = 0;
      const answer = await queryAt(fakeContext(), storeAddress(postgres.url), async (query) => {
        asked += 1;
        if (asked <= failures) await query(abort, []);
        return query('SELECT 1 AS one', []);
      });
      return { asked, answer };
    };
    expect(await ask(3)).toEqual({ asked: 4, answer: [{ one: 1 }] });
    await expect(ask(Number.POSITIVE_INFINITY)).rejects.toThrow(/conflict with recovery/);
  });

  test('the administrator of the database sees the name of the program, or that of the URL', async () => {
    const nameAt = (url: string) =>
      queryAt(fakeContext(), storeAddress(url), (query) => query('SHOW application_name', []));
    expect(await nameAt(postgres.url)).toEqual([{ application_name: 'deploytrack' }]);
    const url = new URL(postgres.url);
    url.searchParams.set('application_name', 'rollout of ünits');
    expect(await nameAt(url.href)).toEqual([{ application_name: expect.stringMatching(/^rollout of /) }]);
  });

  test('connect_timeout ends the wait for a server that is silent', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const ask = queryAt(
      fakeContext(),
      storeAddress(`postgres://u@127.0.0.1:${port}/db?connect_timeout=1`),
      (query) => query('SELECT 1', []),
      // Longer than the time limit of the test.
      { connectMs: 600_000, statementMs: 600_000 },
    );
    await expect(ask).rejects.toThrow(/cannot be reached: timeout expired/);
  });

  test('a connection that is closed for good does not connect again', async () => {
    const connection = new StoreConnection(fakeContext(), storeAddress(postgres.url));
    const asked = vi.fn();
    await connection.use(({ query }) => query('SELECT 1', { timeoutMs: 10_000 }));
    const used = connection.use(async ({ query }) => {
      asked();
      connection.close();
      await query('SELECT pg_sleep(10)', { timeoutMs: 20_000 });
    });
    await expect(used).rejects.toThrow();
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
