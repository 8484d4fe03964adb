import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { everyQuestion, statementsOf } from '../../scripts/store/asked.ts';
import { fillStatements } from '../../scripts/store/fill.ts';
import { readsOf } from '../../scripts/store/plan.ts';
import { initStore } from '../../src/fleet/initStore.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';

vi.setConfig({ testTimeout: 300_000 });

const deployments = 20_000;
const days = 1000;
/** What a command about 30 days may look at: all of them, several times. */
const most = (deployments / days) * 30 * 10 * 3;

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('Plans of a store', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    await initStore(fakeContext(), storeAddress(postgres.url));
    for (const statement of fillStatements({ deployments, hosts: 200, days })) postgres.rows(statement);
    postgres.rows('VACUUM ANALYZE');
  }, 300_000);
  afterAll(() => postgres.remove());

  test('no command looks at more rows than its period or its limit has', async () => {
    const [{ id } = { id: '' }] = postgres.rows(
      'SELECT deployment_id AS id FROM deploytrack.deployment_metrics OFFSET 777 LIMIT 1',
    );
    const wrong: string[] = [];
    for (const asked of everyQuestion({ id: String(id), nowMs: Date.now() }))
      for (const statement of await statementsOf(postgres.url, asked)) {
        const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`;
        const { stdout } = spawnSync('psql', ['-X', '-q', '-A', '-t', '-c', explain, postgres.url], {
          encoding: 'utf8',
          maxBuffer: 64e6,
        });
        for (const { table, how, rows } of readsOf(stdout))
          if (rows > most) wrong.push(`${asked.name}: ${rows} rows of ${table} by ${how}: ${statement}`);
      }
    expect(wrong).toEqual([]);
  });
});
