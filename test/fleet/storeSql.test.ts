import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LedgerWorld } from '../ledger/ledgerWorld.ts';
import { because } from '../support/because.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { type SqlResult, sqlClient } from '../support/sqlClient.ts';
import { playFleet } from './playFleet.ts';
import { prepareStore, reader, urlOf, writer } from './storeRoles.ts';
import { sqlBlocks, sqlOf } from './storeSqlPage.ts';
import { syncFrom } from './storeWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const both = sqlOf('both');
const inSqlite = sqlOf('SQLite');
const inPostgres = sqlOf('PostgreSQL');
const pairs = [
  ...both.map((sql) => ({ sqlite: sql, postgres: sql })),
  ...inSqlite.map((sqlite, at) => ({ sqlite, postgres: inPostgres[at] ?? '' })),
];

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** Rounded, since the order of a sum may differ; times without their notation. */
const comparable = (rows: readonly unknown[]): unknown =>
  JSON.parse(
    JSON.stringify(rows, (_, one) => {
      if (typeof one === 'number') return Number(one.toFixed(6));
      return typeof one === 'string' && isTime.test(one) ? Date.parse(one) : one;
    }),
  );

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('docs/store-sql.md', () => {
  let postgres: Postgres;
  let worlds: LedgerWorld[];
  let client: Awaited<ReturnType<typeof sqlClient>>;
  beforeAll(async () => {
    // Of the last days, for the queries that count back from now.
    worlds = playFleet({ beganMs: Date.now() - 13 * 86_400_000 });
    postgres = await startPostgres();
    prepareStore(postgres);
    // One ledger has nothing to compare hosts with: the same rows are in both.
    await syncFrom(worlds[1]!, { url: urlOf(postgres, writer) });
    client = await sqlClient(urlOf(postgres, reader));
    for (const sql of sqlOf('store').filter((one) => one.startsWith('SET '))) await client.query(sql);
  }, 120_000);
  afterAll(async () => {
    await client.close();
    await postgres.remove();
    for (const world of worlds) world.close();
  });

  test('every block says in which dialect it is', () => {
    const kinds = ['both', 'SQLite', 'PostgreSQL', 'store', 'rights by row', 'retention'];
    expect(sqlBlocks.filter(({ kind }) => !kinds.includes(kind))).toEqual([]);
    expect(inPostgres.length).toBe(inSqlite.length);
    expect(pairs.length).toBeGreaterThan(10);
  });

  test.each(pairs)('the rows of the ledger are those of the store: $postgres', async (pair) => {
    const own = worlds[1]!.rows(pair.sqlite);
    const { rows } = await client.query(pair.postgres);
    expect(own.length).toBeGreaterThan(0);
    expect(comparable(rows)).toEqual(comparable(own));
  });

  test.each(sqlOf('store').filter((sql) => !sql.startsWith('SET ')))(
    'a query of the store alone has rows: %s',
    async (sql) => {
      const { rows }: SqlResult = await client.query(sql);
      expect(rows.length).toBeGreaterThan(0);
    },
  );
});
