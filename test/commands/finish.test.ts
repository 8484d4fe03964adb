import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command as finish } from '../../src/commands/finish.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { startMark } from '../ledger/makeMarks.ts';
import { begun, run } from './finishOf.ts';
import { testHost } from './testSession.ts';

describe('`finish --status` takes the words of the CI systems, in any case', () => {
  test.each([
    ['success', ['success', 'Succeeded', 'PASSED']],
    ['failed', ['failed', 'failure', 'Cancelled', 'canceled', 'timed_out', 'TimedOut']],
    ['warning', ['warning', 'neutral', 'unstable', 'SucceededWithIssues']],
  ])('%s: %j', async (status, words) => {
    for (const word of words)
      expect(await run(await begun(), { status: word })).toMatchObject({ code: 0, status, discarded: 0 });
  });

  test('skipped is `--discard`', async () => {
    expect(await run(await begun(), { status: 'Skipped' })).toMatchObject({
      code: 0,
      status: 'discarded',
      discarded: 1,
    });
  });

  test.each(['done', '', 'in-progress', 'constructor', '__proto__'])('%j is a usage error', async (word) => {
    await expect(run(await begun(), { status: word })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('`finish --on-exit`', () => {
  test.each([
    { given: true, code: 0, error: 'ended before finish' },
    { given: '', code: 0, error: 'ended before finish' },
    { given: '0', code: 0, error: 'ended before finish' },
    { given: '7', code: 7, error: 'exit code 7' },
    { given: ' 130 ', code: 130, error: 'SIGINT' },
    { given: '-1', code: -1, error: 'exit code -1' },
    { given: '3221225786', code: 3221225786, error: 'exit code 3221225786' },
  ] as const)('$given exits with $code and says: $error', async ({ given, code, error }) => {
    expect(await run(await begun(), { 'on-exit': given })).toMatchObject({ code, error, status: 'failed' });
  });

  test('of a finished deployment exits with what it was given and changes nothing', async () => {
    const host = await begun();
    await run(host, { status: 'success' });
    expect(await run(host, { 'on-exit': '9' })).toEqual({
      code: 9,
      status: 'success',
      error: null,
      discarded: 0,
      warnings: [],
    });
  });

  test.each(['x', '1.5', '0x10', '12345678901'])('%j is a usage error', async (given) => {
    await expect(run(await begun(), { 'on-exit': given })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('the error', () => {
  test.each([
    { env: { DEPLOYTRACK_ERROR: 'of the environment' }, options: {}, error: 'of the environment' },
    { env: { DEPLOYTRACK_ERROR: 'of the environment' }, options: { error: 'said' }, error: 'said' },
    { env: { DEPLOYTRACK_ERROR: '' }, options: {}, error: 'exit code 1' },
  ])('$env and $options make: $error', async ({ env, options, error }) => {
    expect((await run(await begun(env), { 'exit-code': '1', ...options })).error).toBe(error);
  });

  test('comes from a file', async () => {
    const host = await begun();
    writeFileSync(join(host.folder, 'why'), 'two\nlines\n\n');
    expect((await run(host, { 'exit-code': '1', error: `@${join(host.folder, 'why')}` })).error).toBe(
      'two\nlines',
    );
  });
});

describe('a finish that closes', () => {
  test('puts the host’s facts into the row', async () => {
    const host = await begun();
    await run(host);
    expect(await host.rows('SELECT os_version AS os FROM deployment_metrics')).toEqual([{ os: 'Debian 12' }]);
  });

  test('tells in a terminal what came out, a second one nothing', async () => {
    const host = testHost({ stderr: { isTerminal: true, columns: 80 }, livingPids: [] });
    const database = await host.command('init').session.store.database();
    applyMark(host.context, { database, mark: startMark(host.context.instant()) });
    database.exec("INSERT INTO host_facts VALUES ('boot-1', 'web-1', 'Debian 12', 'cpu', 2, 1, 'now')");
    await run(host, { 'exit-code': '3' });
    const said = host.context.stderr.text;
    expect(said).toContain('shop 1.0.0 failed');
    await run(host, { 'exit-code': '3' });
    expect(host.context.stderr.text).toBe(said);
  });

  test('says the same of a deployment whose start waits in the journal', async () => {
    const host = testHost({ env: { GITHUB_ACTIONS: 'true' }, livingPids: [] });
    const database = await host.command('init').session.store.database();
    database.exec("INSERT INTO host_facts VALUES ('boot-1', 'web-1', 'Debian 12', 'cpu', 2, 1, 'now')");
    writeFileSync(`${host.ledger}.journal`, `${JSON.stringify(startMark(host.context.instant()))}\n`);
    expect(await run(host)).toMatchObject({ status: 'success', warnings: [] });
    expect(host.context.stderr.text).toContain('shop 1.0.0 success');
    expect(await host.rows('SELECT os_version AS os FROM deployment_metrics')).toEqual([{ os: 'Debian 12' }]);
  });
});

describe('inside `run`', () => {
  test('it closes nothing, and exits with the code it was given', async () => {
    const host = await begun({ DEPLOYTRACK_RUN: 'd1' });
    expect(await run(host, { 'on-exit': '3', error: 'said inside' })).toMatchObject({
      code: 3,
      status: 'in-progress',
      error: 'said inside',
    });
  });

  test('it closes another deployment', async () => {
    const host = await begun({ DEPLOYTRACK_RUN: 'another' });
    expect(await run(host)).toMatchObject({ status: 'success' });
  });
});

describe('no deployment', () => {
  test.each(['none'])(
    'with the id %j nothing is closed, with one warning and the code that was given',
    async (id) => {
      const host = await begun();
      const { session, code } = await host.run(finish, { id, 'on-exit': '4' });
      expect(code).toBe(4);
      expect(session.warnings.map(({ code }) => code)).toEqual(['NO_DEPLOYMENT']);
    },
  );

  test('never means the only one that is open', async () => {
    const host = await begun();
    const { code } = await host.run(finish);
    expect(code).toBe(0);
    expect(await host.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'in-progress' },
    ]);
  });
});
