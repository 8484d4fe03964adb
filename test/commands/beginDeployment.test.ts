import { mkdirSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { readInput } from '../../src/cli/define/readInput.ts';
import { command as startCommand } from '../../src/commands/start.ts';
import { beginDeployment } from '../../src/deployments/beginDeployment.ts';
import type { StartInput } from '../../src/deployments/startMark.ts';
import type { ProcessIdentity } from '../../src/marks.ts';
import { identify } from '../../src/processes.ts';
import { fakeContext } from '../support/context.ts';
import { type TestHost, testHost } from './testSession.ts';

const alive = identify(fakeContext(), process.pid);
const gone: ProcessIdentity = { ...alive, pid: 4_194_000 };
const elsewhere: ProcessIdentity = { ...alive, pidNamespace: 'pid:[2]' };

const newHost = () => testHost();

/** A session of `start` with these options. */
function told(host: TestHost, options: Record<string, string | true>) {
  const { session, parsed } = host.command('start', options);
  return { session, said: readInput(startCommand, parsed) as unknown as StartInput };
}

async function start(
  host: TestHost,
  id: string,
  given: { options?: Record<string, string | true>; caller?: ProcessIdentity } = {},
) {
  const { session, said } = told(host, { deployment: 'shop', version: id, id, ...given.options });
  const begun = await beginDeployment(session, {
    said,
    caller: given.caller ?? gone,
    callerRole: 'caller',
  });
  return { begun, codes: session.warnings.map(({ code }) => code) };
}

const states = async (host: TestHost) =>
  (
    await host.rows(
      'SELECT deployment_id AS id, deployment_status AS status FROM deployment_metrics ORDER BY id',
    )
  ).map((row) => `${row.id} ${row.status}`);

const exclusive = { exclusive: true } as const;

describe('Command start', () => {
  test('start runs next to a recent unfinished deployment, with a warning', async () => {
    const host = newHost();
    await start(host, 'one');
    expect((await start(host, 'two')).codes).toEqual(['ALREADY_OPEN']);
    expect(await states(host)).toEqual(['one in-progress', 'two in-progress']);
  });

  test('start with an existing ID is a usage error, and `--join` continues that deployment', async () => {
    const host = newHost();
    await start(host, 'one');
    await expect(start(host, 'one')).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'use --join to continue it',
    });
    expect((await start(host, 'one', { options: { join: true } })).codes).toEqual([]);
    expect(await states(host)).toEqual(['one in-progress']);
  });

  test.each(['', ' ', 'none'])('start with the ID %j is a usage error', async (id) => {
    await expect(start(newHost(), id)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test.each(['-x', 'a b', 'ü', 'x'.repeat(65)])(
    'start converts the given ID %j to safe characters',
    async (id) => {
      const host = newHost();
      await start(host, id);
      expect(await states(host)).toEqual([expect.stringMatching(/^[A-Za-z0-9][\w.-]{0,63} in-progress$/)]);
    },
  );

  test('start without an ID creates one from its time', async () => {
    const host = newHost();
    const { session, said } = told(host, { deployment: 'shop', version: '1' });
    const { mark } = await beginDeployment(session, { said, caller: gone, callerRole: 'caller' });
    expect(mark.deploymentId).toMatch(/^20260115T100000Z-[0-9a-f]{8}$/);
  });

  test('start without a version records `unknown` with a warning, and is a usage error with `--strict`', async () => {
    const host = newHost();
    const { session, said } = told(host, { deployment: 'shop' });
    await beginDeployment(session, { said, caller: gone, callerRole: 'caller' });
    expect(session.warnings.map(({ code }) => code)).toEqual(['VERSION']);
    const strict = told(host, { deployment: 'shop', strict: true });
    await expect(
      beginDeployment(strict.session, { ...strict, caller: gone, callerRole: 'caller' }),
    ).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('start removes user and password from the URL of a run', async () => {
    const host = newHost();
    await start(host, 'one', { options: { url: 'https://ada:secret@ci.example/run/1' } });
    expect(await host.rows('SELECT url FROM deployment_metrics')).toEqual([
      { url: 'https://ci.example/run/1' },
    ]);
  });
});

describe('start with `--exclusive`', () => {
  test.each(['exclusive', 'take-over'])(
    'start with --%s keeps its mark for an export until the deployment ends',
    async (option) => {
      const host = newHost();
      await start(host, 'one', { options: { [option]: true } });
      expect(await host.rows('SELECT deployment_id AS id FROM marks_kept')).toEqual([{ id: 'one' }]);
    },
  );

  test.each([
    {
      who: 'a running one',
      caller: alive,
      says: 'has been running for 90 s',
      hint: 'use --wait 10m to wait for its turn',
    },
    {
      who: 'a recent one without processes',
      caller: gone,
      says: 'has been open for 90 s',
      hint: 'or use start --take-over',
    },
    {
      who: 'one whose process cannot be checked',
      caller: elsewhere,
      says: 'has been open for 90 s',
      more: '; whether its process is running cannot be determined from here',
      hint: 'use --wait 10m to wait for its turn',
    },
  ])(
    'start --exclusive is refused next to $who, with ID, age, last mark and the command that ends it, and changes nothing',
    async ({ caller, says, hint, more = '' }) => {
      const host = newHost();
      await start(host, 'one', { caller });
      host.context.advance(90_000);
      const before = await host.rows('SELECT * FROM groups');
      const refusal = await start(host, 'two', { options: exclusive }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'REFUSED' });
      const { message, hint: told } = refusal as { message: string; hint: string };
      expect(message).toBe(
        `deployment one of shop/production ${says} (last mark 2026-01-15T10:00:00.000Z${more}); nothing was started`,
      );
      expect(told).toContain('run `deploytrack finish --id one --abandoned` to end it');
      expect(told).toContain(hint);
      expect(await states(host)).toEqual(['one in-progress']);
      expect(await host.rows('SELECT * FROM groups')).toEqual(before);
    },
  );

  test('start --exclusive with --join is not refused because of its own deployment', async () => {
    const host = newHost();
    await start(host, 'one', { caller: alive });
    expect((await start(host, 'one', { options: { ...exclusive, join: true } })).codes).toEqual([]);
  });

  test('of several simultaneous start --exclusive one succeeds', async () => {
    const host = newHost();
    await start(host, 'zero', { options: { deployment: 'other' } });
    const ends = await Promise.allSettled(
      ['one', 'two', 'three', 'four'].map((id) => start(host, id, { options: exclusive, caller: alive })),
    );
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    const refused = ends.filter((end) => end.status === 'rejected').map((end) => end.reason.code);
    expect(refused).toEqual(['REFUSED', 'REFUSED', 'REFUSED']);
    expect(await states(host)).toHaveLength(2);
  });

  test('start --exclusive closes an abandoned deployment and starts', async () => {
    const host = newHost();
    await start(host, 'one');
    host.context.advance(3_600_000);
    expect((await start(host, 'two', { options: exclusive })).codes).toEqual(['ABANDONED']);
    expect(await states(host)).toEqual(['one failed', 'two in-progress']);
  });

  test('start --exclusive does not treat a deployment as abandoned that continued after a reboot', async () => {
    const host = newHost();
    await start(host, 'one');
    host.context.reboot('boot-2');
    const { session } = host.command('init');
    (await session.store.database()).exec(
      `INSERT INTO deployment_stages (deployment_id, run_id, service, stage, started_at, started_boot) VALUES ('one', 'r', 'shop', 'extract', '2026-01-15T10:00:01.000Z', 'boot-2')`,
    );
    await expect(start(host, 'two', { options: exclusive })).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await states(host)).toEqual(['one in-progress']);
  });

  test.each([{ environment: 'staging' }, { deployment: 'billing' }, { instance: 'web-2' }])(
    'start --exclusive starts next to a deployment that differs by %j',
    async (options) => {
      const host = newHost();
      await start(host, 'one', { caller: alive });
      expect((await start(host, 'two', { options: { ...exclusive, ...options } })).codes).toEqual([]);
    },
  );

  test('start --exclusive fails if the ledger cannot be read, and leaves nothing in a journal', async () => {
    const host = newHost();
    mkdirSync(host.ledger, { recursive: true });
    await expect(start(host, 'one', { options: exclusive })).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('cannot determine whether another deployment is running'),
    });
    expect(host.context.stderr.text).toBe('');
  });

  test('start --exclusive fails if the ledger stays locked', async () => {
    const host = newHost();
    await start(host, 'one');
    const other = new SqliteDatabase(host.ledger);
    other.exec('BEGIN IMMEDIATE');
    await expect(start(host, 'two', { options: exclusive })).rejects.toMatchObject({ code: 'REFUSED' });
    other.exec('ROLLBACK');
    other.close();
    expect(await states(host)).toEqual(['one in-progress']);
  });
});

describe('start with `--wait`', () => {
  test('start --wait waits until the other deployment has ended', async () => {
    const host = newHost();
    await start(host, 'one', { caller: alive });
    const { session } = host.command('init');
    const database = await session.store.database();
    const sleep = host.context.sleep;
    const context = host.context as { sleep: (ms: number) => Promise<void> };
    context.sleep = async (ms) => {
      await sleep(ms);
      if (host.context.instant().wallMs >= Date.parse('2026-01-15T10:00:30Z'))
        database.exec("UPDATE deployment_metrics SET deployment_status = 'success'");
    };
    await start(host, 'two', { options: { wait: '10m' } });
    const [row] = await host.rows(
      "SELECT deployment_started_at AS at FROM deployment_metrics WHERE deployment_id = 'two'",
    );
    expect(row?.at).toBe('2026-01-15T10:00:30.000Z');
  });

  test('start --wait fails when its time is over', async () => {
    const host = newHost();
    await start(host, 'one', { caller: alive });
    await expect(start(host, 'two', { options: { wait: '30s' } })).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('has been running for 30 s'),
    });
  });
});

describe('start with `--take-over`', () => {
  test('start --take-over closes a recent deployment without processes', async () => {
    const host = newHost();
    await start(host, 'one');
    expect((await start(host, 'two', { options: { 'take-over': true } })).codes).toEqual(['ABANDONED']);
    expect(await states(host)).toEqual(['one failed', 'two in-progress']);
  });

  test('start --take-over does not close a deployment that runs', async () => {
    const host = newHost();
    await start(host, 'one', { caller: alive });
    await expect(start(host, 'two', { options: { 'take-over': true } })).rejects.toMatchObject({
      code: 'REFUSED',
    });
    expect(await states(host)).toEqual(['one in-progress']);
  });

  test('start --take-over is saved to the journal if the ledger cannot be used', async () => {
    const host = newHost();
    await start(host, 'one');
    const other = new SqliteDatabase(host.ledger);
    other.exec('BEGIN IMMEDIATE');
    expect((await start(host, 'two', { options: { 'take-over': true } })).codes).toEqual(['LEDGER_BUSY']);
    other.exec('ROLLBACK');
    other.close();
  });
});
