import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sentTables } from '../../src/ledger/file/storeTables.ts';
import { because } from '../support/because.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { newProgram, type Program } from '../support/program.ts';
import { reader, urlOf, writer } from './storeRoles.ts';
import { expectSame } from './storeWorld.ts';

vi.setConfig({ testTimeout: 120_000 });

/** One deployment with a row in most tables. */
async function deployed(program: Program, version: string): Promise<string> {
  const id = await program.quiet(['start', '--deployment', 'app', '--version', version]);
  await program.quiet(['phase', 'record', 'build', '--duration', '1s', '--id', id]);
  await program.quiet(['migrate', '--count', '3', '--id', id, '--', 'true']);
  await program.quiet(['smoke', "it's ünited \\", '--passed', '--id', id]);
  await program.quiet(['cost', 'ci', '0.25', '--of', id]);
  return id;
}

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('Central store', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 180_000);
  afterAll(() => postgres.remove());

  test('finish sends the rows of the deployment, and sync those from before', async () => {
    const program = newProgram();
    const id = await deployed(program, '1');
    const env = { DEPLOYTRACK_STORE_URL: postgres.url };
    const before = await program.run(['sync'], { env });
    expect(before).toMatchObject({ code: 1 });
    expect(before.stderr).toMatch(/deploytrack sync --init/);
    expect(await program.quiet(['sync', '--init'], { env })).toContain('up to date');
    expect(await program.quiet(['sync', '--init'], { env })).toContain('up to date');
    expect(await program.quiet(['sync'], { env })).toMatch(/: 1 change sent$/);
    expectSame(postgres, program);
    await program.quiet(['finish', '--id', id], { env });
    expectSame(postgres, program);
    expect(await program.quiet(['sync'], { env })).toMatch(/: 0 changes sent$/);
  });

  test('sync has nothing to send if there is no ledger yet, like push', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const none = await program.run(['sync']);
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect(none.stderr).toMatch(/^deploytrack: there is no ledger at .* yet\ndeploytrack: hint: /);
  });

  test('what changes while the store is away is sent in order, and a store that was replaced gets everything', async () => {
    const program = newProgram();
    const env = { DEPLOYTRACK_STORE_URL: postgres.url };
    await program.quiet(['sync', '--init'], { env });
    const id = await deployed(program, '1');
    await program.quiet(['finish', '--id', id], { env });
    await program.quiet(['rollback', '--of', id, '--reason', 'bad', '--to', '0']);
    const next = await deployed(program, '2');
    const away = await program.run(['finish', '--id', next], {
      env: { DEPLOYTRACK_STORE_URL: 'postgres://owner@127.0.0.1:9/postgres' },
    });
    expect(away).toMatchObject({ code: 0 });
    expect(away.stderr).toMatch(
      /^deploytrack: warning: the store 127\.0\.0\.1:9\/postgres cannot be reached: .*\n.*hint: .*\n$/,
    );
    expect(await program.quiet(['sync'], { env })).toMatch(/: 2 changes sent$/);
    expectSame(postgres, program);
    postgres.rows('DROP SCHEMA deploytrack_rows CASCADE');
    await program.quiet(['sync', '--init'], { env });
    expect(await program.quiet(['sync'], { env })).toMatch(/: 2 changes sent$/);
    expectSame(postgres, program);
  });

  test('after a failure finish rests, and tries a store with another address or a corrected setting at once', async () => {
    const program = newProgram();
    await program.quiet(['sync', '--init'], { env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const finished = async (url: string, ...words: string[]) => {
      const id = await deployed(program, '1');
      const env = { DEPLOYTRACK_STORE_URL: url };
      return program.run(['finish', '--id', id, ...words], { env });
    };
    const wrong = 'postgres://owner@127.0.0.1:9/postgres';
    expect((await finished(wrong)).stderr).toContain('cannot be reached');
    expect(await finished(wrong.replace('owner', 'other:secret'))).toMatchObject({ code: 0, stderr: '' });
    expect(await finished(postgres.url)).toMatchObject({ code: 0, stderr: '' });
    expectSame(postgres, program);
    // What is wrong with the setting is said each time: nothing was tried.
    for (let at = 0; at < 2; at += 1)
      expect((await finished(`${postgres.url}?x=1`)).stderr).toContain('unknown parameter: x');
    expect(await finished(postgres.url)).toMatchObject({ code: 0, stderr: '' });
    expectSame(postgres, program);
  });

  test('each failure of one address doubles its pause, and another address begins anew', async () => {
    const program = newProgram();
    const wrong = (port: number) => `postgres://owner@127.0.0.1:${port}/postgres`;
    const failed = async (port: number) => {
      const id = await deployed(program, '1');
      await program.run(['finish', '--id', id], { env: { DEPLOYTRACK_STORE_URL: wrong(port) } });
      const [state] = program.rows('SELECT failures, retry_at, last_error FROM store_state');
      const database = new Sqlite(program.ledger);
      database.exec('UPDATE store_state SET retry_at = 0');
      database.close();
      return state;
    };
    expect(await failed(9)).toMatchObject({ failures: 1 });
    expect(await failed(9)).toMatchObject({ failures: 2 });
    expect(await failed(19)).toMatchObject({ failures: 1 });
    expect(JSON.stringify(await failed(19))).not.toContain('owner');
  });

  test('with --strict a delivery to the store that was skipped counts as not delivered', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: 'postgres://owner@127.0.0.1:9/postgres' } });
    const finished = async (...words: string[]) =>
      program.run(['finish', '--id', await deployed(program, '1'), ...words]);
    expect((await finished('--strict')).code).toBe(1);
    expect(await finished()).toMatchObject({ code: 0, stderr: '' });
    const skipped = await finished('--strict');
    expect(skipped.code).toBe(1);
    expect(skipped.stderr).toMatch(
      /^deploytrack: warning: nothing was sent to the store, which is tried again after 20.*; the last failure: the store 127\.0\.0\.1:9\/postgres cannot be reached: .*\n.*hint: run `deploytrack sync` /,
    );
  });

  test('a deployment that was deleted from the ledger is removed from the store', async () => {
    const program = newProgram();
    const env = { DEPLOYTRACK_STORE_URL: postgres.url };
    await program.quiet(['sync', '--init'], { env });
    const id = await deployed(program, '1');
    await program.quiet(['finish', '--id', id], { env });
    const database = new Sqlite(program.ledger);
    for (const table of Object.keys(sentTables)) database.exec(`DELETE FROM ${table}`);
    database.close();
    expect(await program.quiet(['sync'], { env })).toMatch(/: 1 change sent$/);
    expectSame(postgres, program);
    expect(
      postgres.rows('SELECT count(*) AS n FROM deploytrack_rows.deployment_stages WHERE removed'),
    ).not.toEqual([{ n: 0 }]);
  });

  test('sync --init gives the two roles their rights as soon as they exist, so that hosts can send and readers read', async () => {
    postgres.rows('DROP SCHEMA IF EXISTS deploytrack, deploytrack_rows CASCADE');
    const program = newProgram();
    const url = (role: string) => ({ DEPLOYTRACK_STORE_URL: urlOf(postgres, role) });
    const init = () => program.quiet(['sync', '--init'], { env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const again = 'then run `deploytrack sync --init` again';
    expect(await init()).toContain(
      `\nno rights granted to deploytrack_writer and deploytrack_reader: create these roles, ${again}`,
    );
    postgres.rows(`CREATE ROLE ${writer} LOGIN`);
    expect(await init()).toContain(`\nno rights granted to deploytrack_reader: create this role, ${again}`);
    postgres.rows(`CREATE ROLE ${reader} LOGIN`);
    expect(await init()).toMatch(/: the schema is up to date\nrights granted to \w+_writer and \w+_reader$/);
    await program.quiet(['finish', '--id', await deployed(program, '1')]);
    expect(await program.quiet(['sync'], { env: url(writer) })).toMatch(/: 1 change sent$/);
    expect(await program.quiet(['history', '--store'], { env: url(reader) })).toMatch(/\n.* success /);
    expect(await program.run(['sync'], { env: url(reader) })).toMatchObject({ code: 1 });
  });
});
