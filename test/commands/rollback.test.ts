import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { command as health } from '../../src/commands/health.ts';
import { command as rollback } from '../../src/commands/rollback.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { finishMark, startMark } from '../ledger/makeMarks.ts';
import { type TestHost, testHost } from './testSession.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 30_000 });

/** A host with the deployment `d1` of version 2, which replaces version 1. */
async function begun(): Promise<TestHost> {
  const host = testHost({ env: { PATH: process.env.PATH, DEPLOYTRACK_ID: 'd1' } });
  await mark(host, startMark(host.context.instant(), { version: '2', previousVersion: '1' }));
  return host;
}

async function mark(host: TestHost, made: Parameters<typeof applyMark>[1]['mark']): Promise<void> {
  const database = await host.command('init').session.store.database();
  applyMark(host.context, { database, mark: made });
}

async function run(
  host: TestHost,
  options: Record<string, string | true> = {},
  command: readonly string[] = [],
) {
  const { session, code } = await host.run(rollback, options, { wrapped: command });
  return { code, warnings: session.warnings.map((one) => one.code) };
}

const events = (host: TestHost) =>
  host.rows('SELECT reason, to_version, success, settled, exit_code, error_message FROM rollbacks');
const wayBack = (host: TestHost) =>
  host.rows("SELECT status, exit_code, of_rollback FROM deployment_stages WHERE stage = 'rollback'");

/** The URL of an endpoint that reports a version. */
async function endpoint(version: string): Promise<string> {
  const server: Server = createServer((_, answer) => answer.end(JSON.stringify({ version })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
}

describe('rollback without a command', () => {
  test('rollback without a command records a rollback to the previous version with the given reason', async () => {
    const host = await begun();
    expect(await run(host, { reason: 'error rate' })).toEqual({ code: 0, warnings: [] });
    expect(await events(host)).toEqual([
      { reason: 'error rate', to_version: '1', success: 1, settled: 1, exit_code: null, error_message: null },
    ]);
  });

  test('rollback without a command may be recorded as failed or to another version', async () => {
    const host = await begun();
    await run(host, { failed: true, to: '0.9' });
    expect(await events(host)).toMatchObject([{ reason: 'manual', to_version: '0.9', success: 0 }]);
  });

  test('rollback of a finished deployment gives no warning and does not change the status', async () => {
    const host = await begun();
    await mark(host, finishMark(host.context.instant()));
    expect(await run(host)).toEqual({ code: 0, warnings: [] });
    expect(await host.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'success' },
    ]);
  });

  test.each(['', 'x'.repeat(201)])('rollback with the reason %j is a usage error', async (reason) => {
    await expect(run(await begun(), { reason })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('rollback accepts a reason of 200 characters of any kind', async () => {
    const host = await begun();
    expect(await run(host, { reason: '💥'.repeat(200) })).toMatchObject({ code: 0 });
  });
});

describe('rollback with a command', () => {
  test('rollback runs its command as the phase `rollback` and succeeds if the command does', async () => {
    const host = await begun();
    expect(await run(host, {}, ['true'])).toEqual({ code: 0, warnings: [] });
    expect(await events(host)).toMatchObject([{ success: 1, settled: 1, exit_code: 0 }]);
    expect(await wayBack(host)).toEqual([{ status: 'success', exit_code: 0, of_rollback: 1 }]);
  });

  test('rollback exits with the code of its command and is recorded as failed', async () => {
    const host = await begun();
    expect(await run(host, {}, ['sh', '-c', 'exit 7'])).toMatchObject({ code: 7 });
    expect(await events(host)).toMatchObject([
      { success: 0, settled: 1, exit_code: 7, error_message: 'exit code 7' },
    ]);
    expect(await wayBack(host)).toMatchObject([{ status: 'failed', exit_code: 7 }]);
  });

  test('rollback of a command that is not found exits with 127 and is recorded', async () => {
    const host = await begun();
    expect(await run(host, {}, ['no-such-command-anywhere'])).toMatchObject({ code: 127 });
    expect(await events(host)).toMatchObject([{ success: 0, settled: 1, exit_code: 127 }]);
  });

  test('rollback is recorded while its command runs, so the deployment is not treated as abandoned', async () => {
    const host = await begun();
    const go = join(host.folder, 'go');
    const ended = run(host, {}, ['sh', '-c', `until [ -e '${go}' ]; do sleep 0.01; done`]);
    await vi.waitFor(
      async () =>
        expect(await wayBack(host)).toEqual([{ status: 'running', exit_code: null, of_rollback: 1 }]),
      { timeout: 10_000 },
    );
    expect(await host.rows('SELECT pid FROM processes')).toContainEqual({ pid: host.context.pid });
    expect(await events(host)).toMatchObject([{ success: 0, settled: 0 }]);
    await run(host, { id: 'none' }, ['touch', go]);
    expect(existsSync(go)).toBe(true);
    expect(await ended).toMatchObject({ code: 0 });
    expect(await wayBack(host)).toMatchObject([{ status: 'success' }]);
  });

  test('rollback runs its command without a deployment too, with one warning and the code of the command', async () => {
    const host = await begun();
    expect(await run(host, { id: 'none' }, ['sh', '-c', 'exit 3'])).toEqual({
      code: 3,
      warnings: ['NO_DEPLOYMENT'],
    });
    expect(await events(host)).toEqual([]);
  });
});

describe('rollback with `--health`', () => {
  test('rollback --health succeeds if the previous version responds', async () => {
    const host = await begun();
    expect(await run(host, { health: await endpoint('1') }, ['true'])).toMatchObject({ code: 0 });
    expect(await events(host)).toMatchObject([{ success: 1 }]);
    expect(
      await host.rows('SELECT success, of_rollback, expected_version FROM health_verifications'),
    ).toEqual([{ success: 1, of_rollback: 1, expected_version: '1' }]);
  });

  test('rollback --health exits with 1 if another version responds', async () => {
    const host = await begun();
    expect(await run(host, { health: await endpoint('2'), timeout: '2s' }, ['true'])).toMatchObject({
      code: 1,
    });
    expect(await events(host)).toMatchObject([
      { success: 0, settled: 1, error_message: 'not healthy after the rollback' },
    ]);
  });

  test('rollback --health does not check if the command failed', async () => {
    const host = await begun();
    expect(await run(host, { health: await endpoint('1') }, ['false'])).toMatchObject({ code: 1 });
    expect(await host.rows('SELECT * FROM health_verifications')).toEqual([]);
  });

  test('rollback --health expects the version of `--to` if it is given', async () => {
    const host = await begun();
    expect(await run(host, { health: await endpoint('0.9'), to: '0.9' })).toMatchObject({ code: 0 });
  });
});

describe('Command health', () => {
  const ask = async (host: TestHost, url: string, options: Record<string, string | true> = {}) => {
    const { session, code } = await host.run(health, { timeout: '2s', ...options }, { operands: [url] });
    return { code, warnings: session.warnings.map((one) => one.code) };
  };

  test('health expects the version of the deployment and is recorded as a phase', async () => {
    const host = await begun();
    expect(await ask(host, await endpoint('2'))).toEqual({ code: 0, warnings: [] });
    expect(await host.rows('SELECT stage, status FROM deployment_stages')).toEqual([
      { stage: 'health_check', status: 'success' },
    ]);
    expect(await host.rows('SELECT health_check_success AS success FROM deployment_metrics')).toEqual([
      { success: 1 },
    ]);
  });

  test('health exits with 1 for the wrong version, also with `--allow-failure`, which only changes the record', async () => {
    const host = await begun();
    expect(await ask(host, await endpoint('1'), { 'allow-failure': true })).toMatchObject({ code: 1 });
    expect(await host.rows('SELECT verdict, judged FROM health_verifications')).toEqual([
      { verdict: 'wrong_version', judged: 'allowed' },
    ]);
    await mark(host, finishMark(host.context.instant()));
    expect(await host.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'warning' },
    ]);
  });

  test('health without a deployment still runs the check', async () => {
    const host = await begun();
    expect(await ask(host, await endpoint('whatever'), { id: 'none' })).toEqual({
      code: 0,
      warnings: ['NO_DEPLOYMENT'],
    });
  });
});
