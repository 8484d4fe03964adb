import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { scriptOf } from '../ledger/script.ts';
import { because } from '../support/because.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { sqlClient } from '../support/sqlClient.ts';
import { prepareStore, reader, urlOf, writer } from './storeRoles.ts';
import { sqlOf } from './storeSqlPage.ts';
import { expectSame, ledgerIdOf, syncFrom } from './storeWorld.ts';

vi.setConfig({ testTimeout: 120_000 });

function deployed(name: string) {
  const world = ledgerWorld({ hostName: () => name });
  const script = scriptOf(world, `${name}-1`);
  script.start({ instance: name });
  script.wrap('migration');
  script.health();
  script.finish();
  return { world, script };
}

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'Rights by row of docs/store-sql.md',
  () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await startPostgres();
      prepareStore(postgres);
      for (const team of ['team_a', 'team_b']) postgres.rows(`CREATE ROLE ${team} LOGIN IN ROLE ${writer}`);
    }, 180_000);
    beforeEach(() => prepareStore(postgres));
    afterAll(() => postgres.remove());

    test('a writer adds and changes the rows of its ledgers, and none of another writer', async () => {
      // After each upgrade of the schema it runs again.
      for (const sql of [...sqlOf('rights by row'), ...sqlOf('rights by row')]) postgres.rows(sql);
      const a = deployed('a-1');
      const b = deployed('b-1');
      await syncFrom(a.world, { url: urlOf(postgres, 'team_a') });
      await syncFrom(b.world, { url: urlOf(postgres, 'team_b') });
      a.script.rollback();
      await syncFrom(a.world, { url: urlOf(postgres, 'team_a') });
      for (const { world } of [a, b]) expectSame(postgres, world);

      const client = await sqlClient(urlOf(postgres, 'team_b'));
      const [ofA, ofB] = [a, b].map(({ world }) => ledgerIdOf(world));
      const changed = async (sql: string) =>
        (await client.query(`${sql} RETURNING ledger_id`)).rows.map((row) => row.ledger_id);
      const update = "UPDATE deploytrack_rows.deployment_metrics SET notes = 'mine'";
      expect(await changed(update)).toEqual([ofB]);
      expect(await changed('UPDATE deploytrack_rows.hosts SET version = NULL')).toEqual([ofB]);
      const intoA = (table: string, columns: string, values: string) =>
        client.query(
          `INSERT INTO deploytrack_rows.${table} (ledger_id, ${columns}, revision) VALUES ('${ofA}', ${values}, 9e15)`,
        );
      await expect(intoA('deployment_metrics', 'deployment_id', "'forged'")).rejects.toThrow(
        'row-level security',
      );
      await expect(intoA('hosts', 'instance, deployment, environment', "'x', 'x', 'x'")).rejects.toThrow(
        'row-level security',
      );
      await expect(
        client.query(`UPDATE deploytrack_rows.ledgers SET ledger_id = '${ofA}'`),
      ).rejects.toThrow();
      await expect(client.query("UPDATE deploytrack_rows.ledgers SET written_by = 'team_a'")).rejects.toThrow(
        'row-level security',
      );
      await expect(client.query('DELETE FROM deploytrack_rows.deployment_metrics')).rejects.toThrow(
        'permission denied',
      );
      expect(
        (await client.query('SELECT ledger_id FROM deploytrack_rows.deployment_stages')).rows.every(
          (row) => row.ledger_id === ofB,
        ),
      ).toBe(true);
      // The views are for everyone.
      expect((await client.query('SELECT ledger_id FROM deploytrack.deployment_metrics')).rows).toHaveLength(
        2,
      );
      await client.close();
      expectSame(postgres, a.world);
    });

    test('a ledger that belongs to another role keeps its rows until it is assigned', async () => {
      const { world, script } = deployed('c-1');
      await syncFrom(world, { url: urlOf(postgres, writer) });
      for (const sql of sqlOf('rights by row')) postgres.rows(sql);
      script.rollback();
      await expect(syncFrom(world, { url: urlOf(postgres, 'team_a') })).rejects.toMatchObject({
        message: expect.stringContaining('row-level security'),
        hint: expect.stringMatching(/^this ledger belongs to another role: see "Rights" of docs/),
      });
      postgres.rows("UPDATE deploytrack_rows.ledgers SET written_by = 'team_a'");
      expect(await syncFrom(world, { url: urlOf(postgres, 'team_a') })).toMatchObject({ unsent: 0 });
      expectSame(postgres, world);
      const client = await sqlClient(urlOf(postgres, reader));
      expect((await client.query('SELECT * FROM deploytrack.rollbacks')).rows).toHaveLength(1);
      await client.close();
    });
  },
);
