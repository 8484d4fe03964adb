import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { newProgram } from '../support/program.ts';
import { sqlClient } from '../support/sqlClient.ts';
import { reader, writer } from './storeRoles.ts';

vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('sync --init', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    for (const role of [writer, reader]) postgres.rows(`CREATE ROLE ${role} LOGIN`);
  }, 180_000);
  afterAll(() => postgres.remove());
  beforeEach(() => postgres.rows('DROP SCHEMA IF EXISTS deploytrack, deploytrack_rows CASCADE'));

  const init = () => initStore(fakeContext(), storeAddress(postgres.url));
  /** Another session that keeps its locks until the test is over. */
  const held = async (sql: string) => {
    const client = await sqlClient(postgres.url);
    onTestFinished(() => client.close());
    await client.query('BEGIN');
    await client.query(sql);
  };
  const waiting = () => postgres.rows('SELECT pid FROM pg_locks WHERE NOT granted');
  const program = () => newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });

  test('a table in use is named, and nothing of the command waits on the server afterwards', async () => {
    await init();
    postgres.rows('DROP INDEX deploytrack_rows.deployment_by_id');
    await held('UPDATE deploytrack_rows.deployment_metrics SET notes = notes WHERE false');
    const end = await program().run(['sync', '--init']);
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toMatch(
      /^deploytrack: error: deploytrack_rows\.deployment_metrics of the store .* cannot be changed: another session has used it for more than 5 s\ndeploytrack: hint: end that session, .* run `deploytrack sync --init` again\n$/,
    );
    expect(waiting()).toEqual([]);
  });

  test('a view that a reader has open is named', async () => {
    await init();
    postgres.rows(`DROP VIEW deploytrack.rollbacks; CREATE VIEW deploytrack.rollbacks AS
      SELECT ledger_id FROM deploytrack_rows.rollbacks`);
    await held('SELECT count(*) FROM deploytrack.rollbacks');
    await expect(init()).rejects.toMatchObject({
      message: expect.stringMatching(/^deploytrack\.rollbacks of the store .*: another session has used it/),
    });
    expect(waiting()).toEqual([]);
  });

  test('a schema that is up to date is left alone: no lock is waited for', async () => {
    await init();
    const names = postgres
      .rows(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'deploytrack_rows'::regnamespace AND relkind = 'r'",
      )
      .map(({ name }) => `deploytrack_rows.${String(name)}`)
      .filter((name) => name !== 'deploytrack_rows.store');
    await held(`LOCK TABLE ${names.join(', ')} IN ROW EXCLUSIVE MODE`);
    await held('SELECT count(*) FROM deploytrack.deployment_metrics, deploytrack.hosts, deploytrack.ledgers');
    expect(await init()).toMatchObject({ schema: 'up to date' });
  });

  test('what is missing of it is created again', async () => {
    await init();
    const indexes = () =>
      postgres.rows("SELECT indexdef FROM pg_indexes WHERE schemaname = 'deploytrack_rows' ORDER BY 1");
    const views = () =>
      postgres.rows("SELECT viewname, definition FROM pg_views WHERE schemaname = 'deploytrack' ORDER BY 1");
    const before = [indexes(), views()];
    postgres.rows(
      'DROP INDEX deploytrack_rows.rollback_by_time; DROP VIEW deploytrack.hosts, deploytrack.freezes',
    );
    await init();
    expect([indexes(), views()]).toEqual(before);
  });

  test('--wait, --init and --print-schema cannot be used together', async () => {
    for (const words of [
      ['--init', '--wait', '1m'],
      ['--print-schema', '--wait', '1m'],
      ['--init', '--print-schema'],
    ]) {
      const end = await program().run(['sync', ...words]);
      expect(end).toMatchObject({ code: 2, stdout: '' });
      expect(end.stderr).toMatch(
        /^deploytrack: error: sync: --\S+ and --\S+ cannot be used together\ndeploytrack: hint: /,
      );
    }
  });
});
