import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { command as phaseEnd } from '../../src/commands/phaseEnd.ts';
import { command as phaseStart } from '../../src/commands/phaseStart.ts';
import { command as rollback } from '../../src/commands/rollback.ts';
import { command as rollbackEnd } from '../../src/commands/rollbackEnd.ts';
import { command as rollbackStart } from '../../src/commands/rollbackStart.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { finishMark, startMark } from '../ledger/makeMarks.ts';
import { type TestHost, testHost } from './testSession.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 30_000 });

type Said = Record<string, string | true>;

async function mark(host: TestHost, made: Parameters<typeof applyMark>[1]['mark']): Promise<void> {
  const database = await host.command('init').session.store.database();
  applyMark(host.context, { database, mark: made });
}

/** A host with the deployment `d1` of version 2, which replaces version 1. */
async function begun(): Promise<TestHost> {
  const host = testHost({ env: { PATH: process.env.PATH, DEPLOYTRACK_ID: 'd1' } });
  await mark(host, startMark(host.context.instant(), { version: '2', previousVersion: '1' }));
  return host;
}

const step = async (host: TestHost, which: 'start' | 'end', said: Said = {}) => {
  const { session, code } = await host.run(which === 'start' ? rollbackStart : rollbackEnd, said);
  return { code, warnings: session.warnings.map((one) => one.code) };
};

const phase = (host: TestHost, which: 'start' | 'end', name: string) =>
  host.run(which === 'start' ? phaseStart : phaseEnd, {}, { operands: [name] });

const quiet = { code: 0, warnings: [] };
const events = (host: TestHost) => host.rows('SELECT reason, success, settled FROM rollbacks ORDER BY id');
const stages = (host: TestHost) =>
  host.rows('SELECT stage, status, error_message AS error, of_rollback FROM deployment_stages ORDER BY id');
const counted = (host: TestHost) =>
  host.rows(
    "SELECT family, labels, value FROM totals WHERE family LIKE 'deployment_rollback%' ORDER BY family, labels",
  );

/** Every row that a rollback writes, without times, IDs, and what only a process of its own has. */
async function written(host: TestHost) {
  const tables = [
    'deployment_metrics',
    'deployment_stages',
    'rollbacks',
    'health_verifications',
    'health_checks',
  ];
  const rows = await Promise.all(tables.map((table) => host.rows(`SELECT * FROM ${table} ORDER BY id`)));
  const own =
    /_at$|^at$|_mono$|_boot$|^run_id$|_id$|^id$|seconds|duration|^time_to|memory|^target$|^host_load$/;
  return rows.map((all) =>
    all.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !own.test(column)))),
  );
}

async function endpoint(version: string): Promise<string> {
  const server = createServer((_, answer) => answer.end(JSON.stringify({ version })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
}

test.each([
  { what: 'success', code: 0, version: null },
  { what: 'failure', code: 3, version: null },
  { what: 'success with a healthy version', code: 0, version: '1' },
  { what: 'success with a version that is not healthy', code: 0, version: '2' },
])('rollback start and end record a $what as the command form does', async ({ code, version }) => {
  const health = version === null ? {} : { health: await endpoint(version), timeout: '1s' };
  const [one, other] = [await begun(), await begun()];
  for (const host of [one, other])
    await phase(host, 'start', 'build').then(() => phase(host, 'end', 'build'));
  const why = { reason: 'health_check_failed', to: '1' };
  const wrapped = await one.run(rollback, { ...why, ...health }, { wrapped: ['sh', '-c', `exit ${code}`] });
  await step(other, 'start', why);
  const ended = await step(other, 'end', { 'exit-code': String(code), ...health });
  for (const host of [one, other]) await mark(host, finishMark(host.context.instant()));
  expect(await written(other)).toEqual(await written(one));
  expect(await counted(other)).toEqual(await counted(one));
  // A failing code is the rollback's, not ours; whether the version is healthy is our answer.
  expect(ended).toEqual({ code: version === null ? 0 : wrapped.code, warnings: [] });
});

test('rollback start ends what is open as failed, so its time is not that of the rollback', async () => {
  const host = await begun();
  await phase(host, 'start', 'migration');
  await phase(host, 'start', 'health_check');
  expect(await step(host, 'start')).toEqual(quiet);
  host.context.advance(30_000);
  expect(await step(host, 'end')).toEqual(quiet);
  const error = 'open when the rollback started';
  expect(await stages(host)).toEqual([
    { stage: 'migration', status: 'failed', error, of_rollback: 0 },
    { stage: 'health_check', status: 'failed', error, of_rollback: 0 },
    { stage: 'rollback', status: 'success', error: null, of_rollback: 1 },
  ]);
  expect(await host.rows('SELECT status FROM migrations')).toEqual([{ status: 'failure' }]);
  await mark(host, finishMark(host.context.instant()));
  expect(
    await host.rows('SELECT deployment_status AS s, error_message AS e FROM deployment_metrics'),
  ).toEqual([{ s: 'failed', e: `phase migration: ${error}` }]);
});

test('rollback end without a start records the whole rollback, with a warning', async () => {
  const host = await begun();
  expect(await step(host, 'end', { error: 'boom' })).toEqual({ code: 0, warnings: ['ROLLBACK_NOT_OPEN'] });
  expect(await events(host)).toEqual([{ reason: 'manual', success: 0, settled: 1 }]);
  expect(await stages(host)).toEqual([]);
});

test('a second rollback end is ignored with a warning', async () => {
  const host = await begun();
  await step(host, 'start', { reason: 'error_rate' });
  expect(await step(host, 'end')).toEqual(quiet);
  const before = await counted(host);
  expect(await step(host, 'end', { failed: true })).toEqual({ code: 0, warnings: ['ROLLBACK_ENDED'] });
  expect(await events(host)).toEqual([{ reason: 'error_rate', success: 1, settled: 1 }]);
  expect(await counted(host)).toEqual(before);
});

test('a second rollback start records the first one as failed and begins another', async () => {
  const host = await begun();
  await step(host, 'start', { reason: 'error_rate' });
  expect(await step(host, 'start')).toEqual({ code: 0, warnings: ['ROLLBACK_OPEN'] });
  expect(await step(host, 'end')).toEqual(quiet);
  expect(await events(host)).toEqual([
    { reason: 'error_rate', success: 0, settled: 1 },
    { reason: 'manual', success: 1, settled: 1 },
  ]);
  expect((await stages(host)).map(({ status }) => status)).toEqual(['failed', 'success']);
});

test('finish during a rollback records it as failed, and its own end is ignored then', async () => {
  const host = await begun();
  await step(host, 'start');
  await mark(host, finishMark(host.context.instant()));
  expect(await events(host)).toEqual([{ reason: 'manual', success: 0, settled: 1 }]);
  expect(await step(host, 'end')).toEqual({ code: 0, warnings: ['ROLLBACK_ENDED'] });
  expect(await events(host)).toEqual([{ reason: 'manual', success: 0, settled: 1 }]);
  expect((await stages(host)).map(({ status }) => status)).toEqual(['failed']);
});

test('rollback start and end work after the end of the deployment, whose status stays', async () => {
  const host = await begun();
  await mark(host, finishMark(host.context.instant()));
  expect(await step(host, 'start')).toEqual(quiet);
  expect(await step(host, 'end')).toEqual(quiet);
  expect(await events(host)).toEqual([{ reason: 'manual', success: 1, settled: 1 }]);
  expect(await host.rows('SELECT deployment_status AS s FROM deployment_metrics')).toEqual([
    { s: 'success' },
  ]);
});

test('rollback end takes the newest open rollback, not one whose command still runs', async () => {
  const host = await begun();
  await step(host, 'start', { reason: 'error_rate' });
  const running = { deploymentId: 'd1', rollbackId: 'other', toVersion: null, success: false } as const;
  const at = host.context.instant();
  const facts = { at, markId: 'm', reason: 'manual', exitCode: null, error: null, step: 'begin' } as const;
  await mark(host, { kind: 'rollback', ...running, ...facts });
  expect(await step(host, 'end')).toEqual(quiet);
  expect(await events(host)).toEqual([
    { reason: 'error_rate', success: 1, settled: 1 },
    { reason: 'manual', success: 0, settled: 0 },
  ]);
});
