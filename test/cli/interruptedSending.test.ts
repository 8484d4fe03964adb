import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type FaultyGateway, startFaultyGateway } from '../support/faultyGateway.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { endOf, newProgram, type Program, startDeployment } from '../support/program.ts';
import { freePort } from '../support/server.ts';

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;
let front: FaultyGateway;
beforeAll(async () => {
  gateway = await startGateway();
  front = await startFaultyGateway(gateway);
});
afterAll(async () => {
  await front.stop();
  await gateway.stop();
});

/** Far more than a test may take: nothing here ends by a timeout. */
const patient = { DEPLOYTRACK_GATEWAY_TIMEOUT: '10m', DEPLOYTRACK_ADOPT_TIMEOUT: '10m' };

/** A deployment that is known to the gateway before it hangs. */
async function known(name: string): Promise<Program> {
  const env = { ...patient, PUSHGATEWAY_URL: front.url, DEPLOYTRACK_ID: 'd', DEPLOYTRACK_DEPLOYMENT: name };
  const program = newProgram({ env });
  await front.become('none');
  await startDeployment(program, '--id', 'd', '--deployment', name);
  await front.become('hanging');
  return program;
}

const deliveredAll = (program: Program) =>
  program.rows('SELECT 1 FROM groups WHERE seq > delivered_seq').length === 0;

/**
 * Sends SIGTERM as soon as the gateway got a request; returns the end, which must not be caused by a timeout.
 */
async function interrupted(program: Program, words: readonly string[]) {
  const asked = front.requests.length;
  const child = program.spawn(words);
  const ended = endOf(child);
  await eventually(() => (front.requests.length > asked ? true : undefined), { what: 'request' });
  child.kill('SIGTERM');
  return ended;
}

test.each([
  [['extract', '--', 'true'], 0],
  [['extract', '--', 'sh', '-c', 'exit 7'], 7],
])(
  'SIGTERM after the end of a wrapped command ends only the push, and the exit code stays: %j',
  async (words, code) => {
    const program = await known(`wrapped-${code}`);
    expect(await interrupted(program, words)).toEqual({ code, signal: null, stdout: '', stderr: '' });
    expect(program.rows('SELECT exit_code AS code FROM deployment_stages')).toEqual([{ code }]);
  },
);

test('SIGTERM after the script of run ends only the push, and the end of the deployment is recorded', async () => {
  const program = await known('run');
  await front.become('none');
  const hang = join(program.folder, 'hang');
  const script = `touch ${hang}; while test -e ${hang}; do sleep 0.05; done; exit 3`;
  const words = ['run', '--id', 'r', '--deployment', 'run', '--version', '2', '--', 'sh', '-c', script];
  const child = program.spawn(words);
  const ended = endOf(child);
  // The script runs, and the zeros are pushed.
  await eventually(() => (existsSync(hang) ? true : undefined));
  await eventually(() => (deliveredAll(program) ? true : undefined));
  await front.become('hanging');
  const asked = front.requests.length;
  rmSync(hang);
  await eventually(() => (front.requests.length > asked ? true : undefined), { what: 'request' });
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 3, signal: null });
  expect(
    program.rows("SELECT deployment_status AS status FROM deployment_metrics WHERE deployment_id = 'r'"),
  ).toEqual([{ status: 'failed' }]);
});

test('SIGTERM after the command of a rollback ends only the push, and the rollback is recorded', async () => {
  const program = await known('back');
  const end = await interrupted(program, ['rollback', '--', 'sh', '-c', 'exit 5']);
  expect([end.code, end.signal]).toEqual([5, null]);
  expect(program.rows('SELECT success FROM rollbacks')).toEqual([{ success: 0 }]);
});

test.each([
  [['push']],
  [['push', '--delete']],
  [['push', '--wait', '10m']],
  [['finish']],
  [['finish', '--wait', '10m']],
  [['start', '--id', 'e', '--version', '2']],
  [['init', '--deployment', 'other']],
  [['phase', 'record', 'x', '--duration', '1s']],
  [['cost', 'vm', '1']],
  [['doctor']],
])('SIGTERM ends %j immediately while the gateway hangs', async (words) => {
  const program = await known(`ends-${words.join('-').replaceAll(/[^a-z]/g, '')}`);
  expect((await interrupted(program, words)).signal).toBe('SIGTERM');
});

test('SIGTERM after the command of a probed cutover ends the wait for the endpoint, and the phase is recorded', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_ID: 'd' } });
  await startDeployment(program, '--id', 'd');
  const over = join(program.folder, 'over');
  const probe = ['--probe', `http://127.0.0.1:${await freePort()}/`, '--probe-timeout', '10m'];
  const child = program.spawn(['cutover', ...probe, '--', 'touch', over]);
  const ended = endOf(child);
  await eventually(() => (existsSync(over) && children(child.pid) === '' ? true : undefined));
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(program.rows('SELECT status FROM deployment_stages')).toEqual([{ status: 'success' }]);
});

function children(pid = 0): string {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
}
