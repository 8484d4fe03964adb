import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command as finish } from '../../src/commands/finish.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { phaseEndMark, phaseStartMark, startMark } from '../ledger/makeMarks.ts';
import { begun, run } from './finishOf.ts';
import { testHost } from './testSession.ts';

describe('CI statuses in `finish --status`, in any letter case', () => {
  test.each([
    ['success', ['success', 'Succeeded', 'PASSED']],
    ['failed', ['failed', 'failure', 'Cancelled', 'canceled', 'timed_out', 'TimedOut']],
    ['warning', ['warning', 'neutral', 'unstable', 'SucceededWithIssues']],
  ])('finish records %s for the CI statuses %j', async (status, words) => {
    for (const word of words)
      expect(await run(await begun(), { status: word })).toMatchObject({ code: 0, status, discarded: 0 });
  });

  test('finish --status skipped is the same as `--discard`', async () => {
    expect(await run(await begun(), { status: 'Skipped' })).toMatchObject({
      code: 0,
      status: 'discarded',
      discarded: 1,
    });
  });

  test.each(['done', '', 'in-progress', 'constructor', '__proto__'])(
    'finish --status %j is a usage error',
    async (word) => {
      await expect(run(await begun(), { status: word })).rejects.toMatchObject({ code: 'USAGE' });
    },
  );
});

describe('finish with `--on-exit`', () => {
  test.each([
    { given: true, code: 0, error: 'ended before finish' },
    { given: '', code: 0, error: 'ended before finish' },
    { given: '0', code: 0, error: 'ended before finish' },
    { given: '7', code: 7, error: 'exit code 7' },
    { given: ' 130 ', code: 130, error: 'SIGINT' },
    { given: '-1', code: -1, error: 'exit code -1' },
    { given: '3221225786', code: 3221225786, error: 'exit code 3221225786' },
  ] as const)(
    'finish --on-exit $given exits with $code and records the error: $error',
    async ({ given, code, error }) => {
      expect(await run(await begun(), { 'on-exit': given })).toMatchObject({ code, error, status: 'failed' });
    },
  );

  test('finish --on-exit of a finished deployment exits with the given code and changes nothing', async () => {
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

  test.each(['x', '1.5', '0x10', '12345678901'])('finish --on-exit %j is a usage error', async (given) => {
    await expect(run(await begun(), { 'on-exit': given })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('Error message of finish', () => {
  test.each([
    { env: { DEPLOYTRACK_ERROR: 'of the environment' }, options: {}, error: 'of the environment' },
    { env: { DEPLOYTRACK_ERROR: 'of the environment' }, options: { error: 'said' }, error: 'said' },
    { env: { DEPLOYTRACK_ERROR: '' }, options: {}, error: 'exit code 1' },
  ])('finish with $env and $options records the error: $error', async ({ env, options, error }) => {
    expect((await run(await begun(env), { 'exit-code': '1', ...options })).error).toBe(error);
  });

  test('finish reads the error message from a file', async () => {
    const host = await begun();
    writeFileSync(join(host.folder, 'why'), 'two\nlines\n\n');
    expect((await run(host, { 'exit-code': '1', error: `@${join(host.folder, 'why')}` })).error).toBe(
      'two\nlines',
    );
  });
});

describe('finish that closes the deployment', () => {
  test('finish records facts about the host', async () => {
    const host = await begun();
    await run(host);
    expect(await host.rows('SELECT os_version AS os FROM deployment_metrics')).toEqual([{ os: 'Debian 12' }]);
  });

  test('finish prints the result in a terminal, and a second finish prints nothing', async () => {
    const host = testHost({
      env: { NO_COLOR: '1' },
      stderr: { isTerminal: true, columns: 80 },
      livingPids: [],
    });
    const database = await host.command('init').session.store.database();
    applyMark(host.context, { database, mark: startMark(host.context.instant()) });
    database.exec("INSERT INTO host_facts VALUES ('boot-1', 'web-1', 'Debian 12', 'cpu', 2, 1, 'now')");
    for (const mark of [phaseStartMark, phaseEndMark])
      applyMark(host.context, { database, mark: mark(host.context.instant(), { stage: 'seed' }) });
    await run(host, { 'exit-code': '3' });
    const said = host.context.stderr.text;
    expect(said).toContain('shop 1.0.0 failed');
    expect(said).toMatch(/✓ seed |\+ seed /);
    expect(said).toMatch(/deploytrack show d1\S*\n$/);
    await run(host, { 'exit-code': '3' });
    expect(host.context.stderr.text).toBe(said);
  });

  test('finish prints the result of a deployment whose start waits in the journal', async () => {
    const host = testHost({ env: { GITHUB_ACTIONS: 'true' }, livingPids: [] });
    const database = await host.command('init').session.store.database();
    database.exec("INSERT INTO host_facts VALUES ('boot-1', 'web-1', 'Debian 12', 'cpu', 2, 1, 'now')");
    writeFileSync(`${host.ledger}.journal`, `${JSON.stringify(startMark(host.context.instant()))}\n`);
    expect(await run(host)).toMatchObject({ status: 'success', warnings: [] });
    expect(host.context.stderr.text).toContain('shop 1.0.0 success');
    expect(await host.rows('SELECT os_version AS os FROM deployment_metrics')).toEqual([{ os: 'Debian 12' }]);
  });
});

describe('finish inside `run`', () => {
  test('finish inside run closes nothing and exits with the given code', async () => {
    const host = await begun({ DEPLOYTRACK_RUN: 'd1' });
    expect(await run(host, { 'on-exit': '3', error: 'said inside' })).toMatchObject({
      code: 3,
      status: 'in-progress',
      error: 'said inside',
    });
  });

  test('finish inside run closes another deployment', async () => {
    const host = await begun({ DEPLOYTRACK_RUN: 'another' });
    expect(await run(host)).toMatchObject({ status: 'success' });
  });
});

describe('finish without a deployment', () => {
  test.each(['none'])(
    'finish with the ID %j closes nothing and exits with the given code and one warning',
    async (id) => {
      const host = await begun();
      const { session, code } = await host.run(finish, { id, 'on-exit': '4' });
      expect(code).toBe(4);
      expect(session.warnings.map(({ code }) => code)).toEqual(['NO_DEPLOYMENT']);
    },
  );

  test('finish without an ID does not use the only open deployment', async () => {
    const host = await begun();
    const { code } = await host.run(finish);
    expect(code).toBe(0);
    expect(await host.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'in-progress' },
    ]);
  });
});
