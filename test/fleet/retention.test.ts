import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sentTables } from '../../src/ledger/file/storeTables.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { rollbackMark } from '../ledger/makeMarks.ts';
import { scriptOf } from '../ledger/script.ts';
import { because } from '../support/because.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { sqlClient } from '../support/sqlClient.ts';
import { prepareStore, urlOf, writer } from './storeRoles.ts';
import { sqlOf } from './storeSqlPage.ts';
import { expectSame, syncFrom } from './storeWorld.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const [ofDeployments = '', ofDecisions = '', ofHosts = ''] = sqlOf('retention');
const dayMs = 86_400_000;

/** A ledger with a deployment for each of these ages, in days. */
function aged(name: string, ages: readonly number[]) {
  const world = ledgerWorld({ hostName: () => name });
  const nowMs = Date.now();
  for (const age of ages) {
    world.context.setWallTime(nowMs - age * dayMs);
    const script = scriptOf(world, `${name}-${age}`);
    script.start({ instance: name, version: String(1000 - age) });
    script.wrap('migration');
    script.health({ bad: 1 });
    script.finish();
  }
  return world;
}

const idsIn = (postgres: Postgres, table: string) =>
  postgres
    .rows(`SELECT DISTINCT deployment_id AS id FROM deploytrack_rows.${table} ORDER BY 1`)
    .map(({ id }) => id);
const ofDeployment = Object.entries(sentTables).flatMap(([table, { kind }]) =>
  kind === 'deployment' ? [table] : [],
);

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'Retention of docs/store-sql.md',
  () => {
    let postgres: Postgres;
    let owner: Awaited<ReturnType<typeof sqlClient>>;
    let url: string;
    beforeAll(async () => {
      postgres = await startPostgres();
      owner = await sqlClient(postgres.url);
    });
    beforeEach(() => {
      prepareStore(postgres);
      url = urlOf(postgres, writer);
    });
    afterAll(async () => {
      await owner?.close();
      await postgres?.remove();
    });

    const deleted = async (sql = ofDeployments) => Object.values((await owner.query(sql)).rows[0] ?? {})[0];

    test('whole deployments go with their rows, in batches, and the newest one of each host stays', async () => {
      await syncFrom(aged('old-1', [900, 800, 700, 401, 399, 1]), { url });
      await syncFrom(aged('old-2', [600, 500]), { url });
      const inBatches = ofDeployments.replace('LIMIT 1000', 'LIMIT 3');
      expect([await deleted(inBatches), await deleted(inBatches), await deleted(inBatches)]).toEqual([
        3, 2, 0,
      ]);
      const stays = ['old-1-1', 'old-1-399', 'old-2-500'];
      for (const table of ofDeployment) {
        const ids = idsIn(postgres, table);
        expect([table, ids]).toEqual([table, ids.length === 0 ? [] : stays]);
      }
      expect(idsIn(postgres, 'health_checks')).toEqual(stays);
      expect(postgres.rows('SELECT instance FROM deploytrack.hosts ORDER BY 1')).toEqual([
        { instance: 'old-1' },
        { instance: 'old-2' },
      ]);
    });

    test('the statement names every table that has rows of a deployment', () => {
      for (const table of ofDeployment)
        expect(ofDeployments).toContain(`DELETE FROM deploytrack_rows.${table} AS`);
    });

    test('a later sync brings back only what has changed, with all its rows', async () => {
      const world = aged('back-1', [700, 600, 1]);
      await syncFrom(world, { url });
      expectSame(postgres, world);
      expect(await deleted()).toBe(2);
      expect(await syncFrom(world, { url })).toMatchObject({ sent: 0, unsent: 0, warnings: [] });
      expect(idsIn(postgres, 'deployment_metrics')).toEqual(['back-1-1']);
      world.context.setWallTime(Date.now());
      world.apply(rollbackMark(world.context.instant(), { deploymentId: 'back-1-600' }));
      expect(await syncFrom(world, { url })).toMatchObject({ sent: 1 });
      expect(idsIn(postgres, 'deployment_metrics')).toEqual(['back-1-1', 'back-1-600']);
      expect(idsIn(postgres, 'health_checks')).toEqual(['back-1-1', 'back-1-600']);
      expect(await deleted()).toBe(1);
    });

    test('a deployment that its host has removed goes after 30 days, whatever its age', async () => {
      const world = aged('gone-1', [20, 10]);
      await syncFrom(world, { url });
      for (const table of ofDeployment)
        world.rows(`DELETE FROM ${table} WHERE deployment_id = ? RETURNING 1`, 'gone-1-20');
      await syncFrom(world, { url });
      expect(await deleted()).toBe(0);
      for (const table of ofDeployment)
        postgres.rows(
          `UPDATE deploytrack_rows.${table} SET received_at = now() - interval '31 days' WHERE removed`,
        );
      expect(await deleted()).toBe(1);
      for (const table of ofDeployment) expect(idsIn(postgres, table)).not.toContain('gone-1-20');
      expectSame(postgres, world);
      expect(await syncFrom(world, { url })).toMatchObject({ sent: 0 });
    });

    test('of a host with several ledgers the older rows go after 30 days, and the newest one stays', async () => {
      for (const world of [aged('ci-1', [90]), aged('ci-1', [60]), aged('ci-2', [90])])
        await syncFrom(world, { url });
      expect(await deleted(ofHosts)).toBe(0);
      postgres.rows("UPDATE deploytrack_rows.hosts SET received_at = received_at - interval '31 days'");
      expect(await deleted(ofHosts)).toBe(1);
      expect(postgres.rows('SELECT instance, version FROM deploytrack.hosts ORDER BY 1')).toEqual([
        { instance: 'ci-1', version: '940' },
        { instance: 'ci-2', version: '910' },
      ]);
    });

    test('old decisions of the gate go, and newer ones stay', async () => {
      for (const days of [500, 399])
        postgres.rows(
          `INSERT INTO deploytrack_rows.gate_decisions (ledger_id, decision_id, at, revision) VALUES ('l', 'd-${days}', now() - interval '${days} days', 1)`,
        );
      expect(await deleted(ofDecisions)).toBe(1);
      expect(postgres.rows('SELECT decision_id AS id FROM deploytrack.gate_decisions')).toEqual([
        { id: 'd-399' },
      ]);
    });
  },
);
