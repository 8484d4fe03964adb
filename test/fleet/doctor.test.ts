import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { grants } from '../../src/fleet/schemaSql.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { oneWarningWithHint } from '../cli/lines.ts';
import { findingsOf, mend, problemsOf, theProblem } from '../doctor/doctor.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { freePort } from '../support/server.ts';
import { expectSame } from './storeWorld.ts';

vi.setConfig({ testTimeout: 180_000 });

const secret = 'hunter2-and-more';

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'A host with a central store',
  () => {
    let postgres: Postgres;
    beforeAll(async () => {
      postgres = await startPostgres();
      await initStore(fakeContext(), storeAddress(postgres.url));
      postgres.rows(`CREATE ROLE host LOGIN PASSWORD '${secret}'; CREATE ROLE viewer LOGIN`);
      for (const grant of grants({ writer: 'host', reader: 'viewer' })) postgres.rows(grant);
      const hba = join(postgres.folder, 'data/pg_hba.conf');
      writeFileSync(hba, `host all host all scram-sha-256\n${readFileSync(hba, 'utf8')}`);
      postgres.rows('SELECT 1 FROM pg_reload_conf()');
    }, 120_000);
    afterAll(() => postgres.remove());

    const asHost = (password = '') => postgres.url.replace('owner@', `host${password}@`);

    /** A finished deployment of a host that sends to `url`. */
    async function finished(url: string, env: Record<string, string> = {}) {
      const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: url } });
      const id = await startDeployment(program);
      return { program, end: await program.run(['finish', '--id', id], { env }) };
    }
    const ofStore = async (program: Program, env: Record<string, string> = {}) =>
      (await findingsOf(program, { env })).filter(({ check }) => check === 'store');

    test('doctor names changes that wait for the store, and its command sends them', async () => {
      const { program } = await finished(`postgres://owner@127.0.0.1:${await freePort()}/postgres`);
      expect(await ofStore(program)).toMatchObject([
        { state: 'wrong', message: expect.stringContaining('cannot be reached') },
        { state: 'ok', message: expect.stringMatching(/^1 change not sent to the store, the first of 20/) },
      ]);
      const env = { DEPLOYTRACK_STORE_URL: postgres.url };
      const found = await theProblem(program, 'store', { env });
      expect(found.message).toMatch(
        /^1 change not sent .* waits in the ledger; 1 failure so far, the last: the store/,
      );
      // Its pause is that of another address.
      expect(found.meaning).toBe('other hosts do not see them; `finish` tries again');
      expect(await mend(program, found, { env })).toEqual([]);
      expectSame(postgres, program);
      expect(await ofStore(program, env)).toMatchObject([
        { message: expect.stringContaining('has all of this ledger') },
      ]);
    });

    test('doctor names changes that the store has refused, and its command sends them again', async () => {
      postgres.rows(
        "ALTER TABLE deploytrack_rows.deployment_metrics ADD CONSTRAINT taste CHECK (deployment_status = 'x') NOT VALID",
      );
      const { program, end } = await finished(postgres.url);
      postgres.rows('ALTER TABLE deploytrack_rows.deployment_metrics DROP CONSTRAINT taste');
      expect(oneWarningWithHint(end)).toMatch(
        /^deploytrack: warning: deployment .* was not sent and waits in the ledger/,
      );
      const found = await theProblem(program, 'store');
      expect(found.message).toBe('the store has refused 1 change of this ledger');
      expect(await mend(program, found)).toEqual([]);
      expectSame(postgres, program);
    });

    test('doctor names a ledger that another host has sent to the store, and its command replaces it', async () => {
      const { program } = await finished(postgres.url);
      const id = String(program.rows('SELECT ledger_id AS id FROM ledger')[0]?.id);
      postgres.rows(`UPDATE deploytrack_rows.ledgers SET hostname = 'web-2' WHERE ledger_id = '${id}'`);
      const found = await theProblem(program, 'store');
      expect(found.message).toBe('this ledger is also used on web-2, which has sent rows to the store');
      expect(await mend(program, found)).toEqual([]);
      expect(program.rows('SELECT ledger_id AS id FROM ledger')).not.toEqual([{ id }]);
    });

    test('doctor names a store that is read-only, closed to this host, or without a schema, without writing to it', async () => {
      const program = newProgram();
      await startDeployment(program);
      const env = { DEPLOYTRACK_STORE_URL: asHost(), DEPLOYTRACK_STORE_PASSWORD: secret };
      const problem = async () =>
        (await problemsOf(program, { env })).map(({ message, fix }) => `${message} | ${fix}`);
      expect(await problem()).toEqual([]);
      postgres.rows('ALTER ROLE host SET default_transaction_read_only = on');
      expect(await problem()).toEqual([
        expect.stringMatching(/is read-only \| connect to the primary server$/),
      ]);
      postgres.rows('ALTER ROLE host RESET default_transaction_read_only');
      postgres.rows('REVOKE UPDATE ON deploytrack_rows.rollbacks FROM host');
      expect(await problem()).toEqual([
        expect.stringMatching(/does not let host write to deploytrack_rows\.rollbacks \| grant the rights/),
      ]);
      postgres.rows('GRANT UPDATE ON deploytrack_rows.rollbacks TO host');
      postgres.rows('ALTER TABLE deploytrack_rows.rollbacks RENAME TO away');
      expect(await problem()).toEqual([
        expect.stringMatching(/does not exist \| run `deploytrack sync --init`/),
      ]);
      postgres.rows('ALTER TABLE deploytrack_rows.away RENAME TO rollbacks');
    });

    test('doctor of a reader without a ledger has no problem, unless a view is closed to it', async () => {
      const reader = newProgram({
        env: { DEPLOYTRACK_STORE_URL: postgres.url.replace('owner@', 'viewer@') },
      });
      expect(await ofStore(reader)).toMatchObject([
        {
          state: 'ok',
          message: expect.stringMatching(/^the views of .* can be read; viewer may not write$/),
        },
      ]);
      expect(await problemsOf(reader)).toEqual([]);
      postgres.rows('REVOKE SELECT ON deploytrack.rollbacks FROM viewer');
      expect((await theProblem(reader, 'store')).message).toMatch(/permission denied for view rollbacks$/);
      postgres.rows('GRANT SELECT ON deploytrack.rollbacks TO viewer');
      await startDeployment(reader);
      expect((await theProblem(reader, 'store')).message).toMatch(/permission denied for schema/);
    });

    test('a password comes from a variable or a file, and from a file of libpq that only its owner can read', async () => {
      const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: asHost() } });
      await startDeployment(program);
      const sends = (env: Record<string, string> = {}) => program.run(['sync'], { env });
      const file = join(program.folder, '.pgpass');
      const none = await sends();
      expect(none).toMatchObject({ code: 1, stdout: '' });
      expect(none.stderr).toMatch(
        /asks for a password, and none is set\n.*hint: set DEPLOYTRACK_STORE_PASSWORD/,
      );
      const host = `127.0.0.1:${postgres.port}`;
      const lines = `# of others\nother:5432:*:*:no\n${host}:postgres:owner:no\n${host}:*:ho\\st:${secret}\n*:*:*:*:no\n`;
      writeFileSync(file, lines, { mode: 0o644 });
      const open = await sends();
      expect(open.stderr).toContain(`hint: run \`chmod 600 ${file}\``);
      expect(open.stderr).not.toContain('WARNING');
      const kept = join(program.folder, 'kept');
      writeFileSync(kept, lines, { mode: 0o600 });
      expect(await sends({ PGPASSFILE: kept })).toMatchObject({ code: 0, stderr: '' });
      writeFileSync(join(program.folder, 'word'), `${secret}\n`, { mode: 0o600 });
      writeFileSync(join(program.folder, 'empty'), '\n');
      for (const [name, value] of [
        ['DEPLOYTRACK_STORE_PASSWORD', ''],
        ['DEPLOYTRACK_STORE_PASSWORD_FILE', ''],
        ['DEPLOYTRACK_STORE_PASSWORD_FILE', 'empty'],
      ] as const)
        expect(await sends({ PGPASSWORD: secret, [name]: value })).toMatchObject({
          code: 0,
          stderr: expect.stringMatching(
            new RegExp(`^deploytrack: warning: ${name}.* is empty; it is not sent\n$`),
          ),
        });
      for (const env of [
        { PGPASSWORD: secret },
        { DEPLOYTRACK_STORE_PASSWORD: secret, PGPASSWORD: 'no' },
        { DEPLOYTRACK_STORE_PASSWORD_FILE: 'word' },
        { DEPLOYTRACK_STORE_URL: asHost(`:${secret}`), PGPASSWORD: 'no' },
        // What libpq reads and a pooler refuses is not sent.
        { PGPASSWORD: secret, PGOPTIONS: '-c nonsense=1', PGSSLNEGOTIATION: 'direct', PGREPLICATION: 'true' },
      ])
        expect(await sends(env)).toMatchObject({ code: 0, stderr: '' });
    });

    test('no message, ledger, log or list of settings shows a password of the store', async () => {
      const url = asHost(`:wrong-${secret}`);
      const { program, end } = await finished(url);
      oneWarningWithHint(end);
      const said = [end.stdout, end.stderr];
      const strange = [
        url.replace('postgres:', 'mysql:'),
        `${url}?x=1`,
        url.replace('wrong-', 'a/b@c'),
        `${url}#x`,
      ];
      for (const env of [url, ...strange].map((one) => ({ DEPLOYTRACK_STORE_URL: one })))
        for (const words of [['sync'], ['doctor', '--all'], ['doctor', '--json'], ['fleet']]) {
          const { stdout, stderr } = await program.run(words, { env });
          said.push(stdout, stderr);
        }
      said.push((await program.run(['fleet', '--store', `${url}?x=1`])).stderr);
      expect(said.join('')).toContain('postgres');
      expect(said.join('')).not.toContain('hunter2');
      expect(said.join('')).not.toContain('a/b');
      const files = readdirSync(program.folder, { recursive: true, withFileTypes: true }).filter((one) =>
        one.isFile(),
      );
      expect(files.length).toBeGreaterThan(0);
      for (const one of files)
        expect(readFileSync(join(one.parentPath, one.name), 'latin1')).not.toContain('hunter2');
    });
  },
);
