import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { grants } from '../../src/fleet/schemaSql.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { oneWarningWithHint } from '../cli/lines.ts';
import { because, notRoot } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { eventually } from '../support/eventually.ts';
import { startFaultyGateway } from '../support/faultyGateway.ts';
import { type FaultyStore, type StoreFault, startFaultyStore } from '../support/faultyStore.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { newProgram, type Program, type ProgramEnd } from '../support/program.ts';
import { startSilentNames } from '../support/silentNames.ts';
import { expectSame } from './storeWorld.ts';

vi.setConfig({ testTimeout: 180_000 });

/** A deployment that only `finish` is missing from; without a store. */
async function begun(program: Program, version = '1'): Promise<string> {
  const id = await program.quiet(['start', '--deployment', 'app', '--version', version]);
  await program.quiet(['phase', 'record', 'build', '--duration', '1s', '--id', id]);
  return id;
}

type Timed = ProgramEnd & { readonly tookMs: number };

async function finish(program: Program, id: string, env: Record<string, string>): Promise<Timed> {
  const beganMs = performance.now();
  const end = await program.run(['finish', '--id', id, '--notes', 'done'], { env });
  return { ...end, tookMs: performance.now() - beganMs };
}

/** Streams without what differs between two deployments. */
const plain = (text: string, id: string) => text.replaceAll(id, 'id').replaceAll(/\d+/g, '0');

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('Harm by a central store', () => {
  let postgres: Postgres;
  let front: FaultyStore;
  /** `finish` without a store, and with a gateway that uses up the same time and never responds. */
  let usual: { readonly stdout: string; readonly code: number | null; readonly mostMs: number };
  beforeAll(async () => {
    postgres = await startPostgres();
    await initStore(fakeContext(), storeAddress(postgres.url));
    postgres.rows("CREATE ROLE host LOGIN PASSWORD 'right'; CREATE ROLE viewer");
    for (const grant of grants({ writer: 'host', reader: 'viewer' })) postgres.rows(grant);
    front = await startFaultyStore(postgres);
    const program = newProgram();
    const id = await begun(program);
    const { stdout, code } = await finish(program, id, {});
    const gateway = await startFaultyGateway({ url: 'http://127.0.0.1:9' });
    await gateway.become('hanging');
    const slow = await begun(program, '2');
    const { tookMs } = await finish(program, slow, { PUSHGATEWAY_URL: gateway.url });
    await gateway.stop();
    usual = { stdout: plain(stdout, id), code, mostMs: 3 * tookMs };
  }, 120_000);
  afterAll(async () => {
    await front.stop();
    await postgres.remove();
  });

  /** One warning with its cure, nothing else on any stream, and no more time than a silent gateway costs. */
  function expectHarmless(end: Timed, id: string, cure: RegExp): void {
    const warning = oneWarningWithHint(end);
    expect(warning).toMatch(cure);
    expect(warning).toMatch(/wait in the ledger/);
    expect([end.code, plain(end.stdout, id)]).toEqual([usual.code, usual.stdout]);
    expect(end.tookMs).toBeLessThan(usual.mostMs);
  }

  /** Everything is there once, as soon as the store works. */
  async function expectNothingLost(program: Program, url = postgres.url): Promise<void> {
    expect(await program.quiet(['sync'], { env: { DEPLOYTRACK_STORE_URL: url } })).toMatch(/ sent$/);
    expectSame(postgres, program);
    expect(await program.quiet(['sync'], { env: { DEPLOYTRACK_STORE_URL: url } })).toMatch(
      /: 0 changes sent$/,
    );
  }

  test.each<[StoreFault, RegExp]>([
    ['refusing', /start the database, or correct the host and the port/],
    ['silent', /check the network and its firewall/],
    ['dribbling', /check the network and its firewall/],
    ['cut', /check the log of the database/],
    ['lost', /check the network, and the log/],
    ['strange', /the port/],
  ])('a way to the store that is %s costs a warning and nothing else', async (fault, cure) => {
    const program = newProgram();
    const env = { DEPLOYTRACK_STORE_URL: front.url };
    const id = await begun(program);
    await front.become(fault);
    expectHarmless(await finish(program, id, env), id, cure);
    const tries = front.connections();
    const next = await begun(program, '2');
    // It rests after a failure: no second warning, and no connection.
    expect(await finish(program, next, env)).toMatchObject({ code: 0, stderr: '' });
    expect(front.connections()).toBe(tries);
    await front.become('none');
    await expectNothingLost(program, front.url);
  });

  test('a slow way to the store costs time and no warning', async () => {
    const program = newProgram();
    const id = await begun(program);
    await front.become('slow');
    const end = await finish(program, id, { DEPLOYTRACK_STORE_URL: front.url });
    await front.become('none');
    expect([end.code, plain(end.stdout, id)]).toEqual([usual.code, usual.stdout]);
    expect(end.tookMs).toBeLessThan(usual.mostMs);
    await expectNothingLost(program);
  });

  test('a table that another session has locked costs a warning and nothing else', async () => {
    const program = newProgram();
    const id = await begun(program);
    const lock = spawn('psql', ['-X', '-q', postgres.url], { stdio: ['pipe', 'ignore', 'ignore'] });
    onTestFinished(() => void lock.kill());
    lock.stdin.write('BEGIN; LOCK TABLE deploytrack_rows.deployment_stages IN ACCESS EXCLUSIVE MODE;\n');
    const isLocked = () =>
      postgres.rows(
        "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'deploytrack_rows.deployment_stages'::regclass",
      ).length > 0;
    await eventually(() => isLocked(), { what: 'a locked table' });
    const end = await finish(program, id, { DEPLOYTRACK_STORE_URL: postgres.url });
    expectHarmless(end, id, /the database is slow/);
    lock.stdin.end('ROLLBACK;\n');
    await expectNothingLost(program);
  });

  test.each<[string, string, string, RegExp]>([
    [
      'is read-only',
      'ALTER ROLE host SET default_transaction_read_only = on',
      'ALTER ROLE host RESET default_transaction_read_only',
      /connect to the primary server/,
    ],
    [
      'takes no more connections',
      'ALTER ROLE host CONNECTION LIMIT 0',
      'ALTER ROLE host CONNECTION LIMIT -1',
      /max_connections/,
    ],
    [
      'denies the right',
      'REVOKE INSERT ON deploytrack_rows.deployment_stages FROM host',
      'GRANT INSERT ON deploytrack_rows.deployment_stages TO host',
      /`deploytrack sync --print-schema`/,
    ],
    [
      'has the schema of an older version',
      'UPDATE deploytrack_rows.store SET version = 0',
      'UPDATE deploytrack_rows.store SET version = 1',
      /`deploytrack sync --init`/,
    ],
    [
      'lacks a table',
      'ALTER TABLE deploytrack_rows.smoke_tests RENAME TO gone',
      'ALTER TABLE deploytrack_rows.gone RENAME TO smoke_tests',
      /`deploytrack sync --init`/,
    ],
    ['lacks the role', 'ALTER ROLE host NOLOGIN', 'ALTER ROLE host LOGIN', /check the user and the password/],
  ])('a store that %s costs a warning and nothing else', async (_, breaks, mends, cure) => {
    const program = newProgram();
    const env = { DEPLOYTRACK_STORE_URL: postgres.url.replace('owner@', 'host@') };
    const id = await begun(program);
    postgres.rows(breaks);
    const end = await finish(program, id, env);
    postgres.rows(mends);
    expectHarmless(end, id, cure);
    await expectNothingLost(program, env.DEPLOYTRACK_STORE_URL);
  });

  test.skipIf(notRoot())('a database whose disk is full costs a warning and nothing else', async () => {
    const place = join(postgres.folder, 'small');
    mkdirSync(place);
    const { uid } = statSync(join(postgres.folder, 'data'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=48m,mode=700,uid=${uid}`, 'none', place]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', place]));
    postgres.rows(`CREATE TABLESPACE small LOCATION '${place}'`);
    postgres.rows('CREATE DATABASE small TABLESPACE small');
    const url = postgres.url.replace(/postgres$/, 'small');
    const inSmall = (sql: string) => spawnSync('psql', ['-X', '-q', '-c', sql, url], { encoding: 'utf8' });
    const program = newProgram();
    const env = { DEPLOYTRACK_STORE_URL: url };
    await program.quiet(['sync', '--init'], { env });
    const id = await begun(program);
    const fill = (rows: number) =>
      inSmall(`INSERT INTO filler SELECT md5(n::text) FROM generate_series(1, ${rows}) n`).stderr;
    inSmall('CREATE TABLE filler (t text)');
    // Until not even one page is left.
    for (let rows = 1_000_000; rows > 0; rows = Math.floor(rows / 4))
      await eventually(() => fill(rows).includes('No space left on device'), {
        deadlineMs: 60_000,
        everyMs: 0,
      });
    const end = await finish(program, id, env);
    expectHarmless(end, id, /free space on the disk of the database/);
    inSmall('DROP TABLE filler');
    expect(await program.quiet(['sync'], { env })).toMatch(/: 1 change sent$/);
    const rows = inSmall('COPY (SELECT count(*) FROM deploytrack.deployment_stages) TO STDOUT');
    expect(rows.stdout).toBe('1\n');
  });

  test.skipIf(notRoot())('name servers that never respond cost a warning and nothing else', async () => {
    const program = newProgram();
    const id = await begun(program);
    const names = await startSilentNames(newProgram().folder);
    onTestFinished(() => names.stop());
    const end = await names.run(program, ['finish', '--id', id, '--notes', 'done'], {
      DEPLOYTRACK_STORE_URL: 'postgres://owner@database.internal/postgres',
    });
    expect(names.questions()).toBeGreaterThan(0);
    expectHarmless(end, id, /check the name servers of this host/);
    await expectNothingLost(program);
  });
});
