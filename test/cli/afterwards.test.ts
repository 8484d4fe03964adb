import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === '/sick' ? 503 : 200;
    response.end(JSON.stringify({ version: request.url === '/old' ? '0' : '1' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const soon = ['--timeout', '300ms', '--interval', '50ms'];
const status = (program: Program, id = 'd') =>
  program.rows('SELECT deployment_status AS status FROM deployment_metrics WHERE deployment_id = ?', id)[0]
    ?.status;

async function finished(): Promise<Program> {
  const program = newProgram();
  await startDeployment(program, '--id', 'd');
  await program.quiet(['finish', '--id', 'd']);
  return program;
}

describe('Command health', () => {
  test('health exits with 0 if the expected version responds, otherwise with 1 and its verdict', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'd');
    expect(await program.run(['health', `${url}/`, ...soon])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
    for (const path of ['/old', '/sick']) {
      const end = await program.run(['health', url + path, ...soon]);
      expect([end.code, end.stdout]).toEqual([1, '']);
      expect(end.stderr).toMatch(/^deploytrack: health: [^\n]+\n$/);
    }
    expect(program.rows('SELECT success, verdict FROM health_verifications ORDER BY rowid')).toMatchObject([
      { success: 1 },
      { success: 0, verdict: 'wrong_version' },
      { success: 0, verdict: 'wrong_status' },
    ]);
    await program.quiet(['finish', '--id', 'd']);
    expect(status(program)).toBe('failed');
  });

  test('health with --allow-failure gives the deployment the status warning on failure and still exits with 1', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'd');
    expect((await program.run(['health', `${url}/sick`, '--allow-failure', ...soon])).code).toBe(1);
    await program.quiet(['finish', '--id', 'd']);
    expect(status(program)).toBe('warning');
  });

  test('health after the end of a deployment is recorded and does not change the status', async () => {
    const program = await finished();
    expect((await program.run(['health', `${url}/sick`, '--id', 'd', ...soon])).code).toBe(1);
    expect([status(program), program.rows('SELECT late FROM health_verifications')]).toEqual([
      'success',
      [{ late: 1 }],
    ]);
  });

  test('health uses the finished deployment that DEPLOYTRACK_ID names', async () => {
    const program = await finished();
    await program.quiet(['health', `${url}/`, ...soon], { env: { DEPLOYTRACK_ID: 'd' } });
    expect(program.rows('SELECT deployment_id AS id FROM health_verifications')).toEqual([{ id: 'd' }]);
  });

  test('health without a deployment still runs the check, with one warning', async () => {
    const program = newProgram();
    const end = await program.run(['health', `${url}/sick`, '--any-version', ...soon]);
    expect(end.code).toBe(1);
    expect(end.stderr.match(/warning: /g)).toHaveLength(1);
  });

  test('health with a check command records its check type, and the exit code of the command decides', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'd');
    expect((await program.run(['health', '--check-type', 'queue', ...soon, '--', 'true'])).code).toBe(0);
    expect(
      (await program.run(['health', '--check-type', 'queue', ...soon, '--', 'sh', '-c', 'exit 4'])).code,
    ).toBe(1);
    expect(program.rows('SELECT DISTINCT check_type AS type FROM health_verifications')).toEqual([
      { type: 'queue' },
    ]);
  });
});

describe('Command rollback', () => {
  test('rollback of a finished deployment is recorded and does not change the status', async () => {
    const program = await finished();
    await program.quiet(['rollback', '--of', 'd', '--reason', 'customers complained', '--to', '0']);
    expect(status(program)).toBe('success');
    expect(
      program.rows('SELECT deployment_id AS id, reason, from_version, to_version, success FROM rollbacks'),
    ).toEqual([{ id: 'd', reason: 'customers complained', from_version: '1', to_version: '0', success: 1 }]);
  });

  test('rollback without an ID uses the newest finished deployment and names it in one line', async () => {
    const program = await finished();
    const end = await program.run(['rollback', '--reason', 'manual']);
    expect([end.code, end.stdout]).toEqual([0, '']);
    expect(end.stderr).toMatch(/^deploytrack: [^\n]*\bd\b[^\n]*\n$/);
    expect(program.rows('SELECT deployment_id AS id FROM rollbacks')).toEqual([{ id: 'd' }]);
  });

  test('rollback goes to the previous version by default', async () => {
    const program = await finished();
    await program.quiet(['start', '--deployment', 'app', '--version', '2', '--id', 'e']);
    await program.quiet(['rollback', '--id', 'e', '--reason', 'health-check-failed']);
    await program.quiet(['finish', '--id', 'e']);
    expect(program.rows('SELECT to_version, reason_class FROM rollbacks')).toEqual([
      { to_version: '1', reason_class: 'health_check_failed' },
    ]);
    expect(status(program, 'e')).toBe('failed');
  });

  test.each<[string, string[], number, number]>([
    ['exit 0', [], 0, 1],
    ['exit 3', [], 3, 0],
    ['exit 0', ['--health', '/'], 0, 1],
    ['exit 0', ['--health', '/sick'], 1, 0],
    ['exit 3', ['--health', '/'], 3, 0],
  ])('rollback with the command `%s` and options %j exits with %i', async (script, health, code, success) => {
    const program = newProgram();
    await startDeployment(program, '--id', 'd');
    const words = health.map((word) => (word.startsWith('/') ? url + word : word));
    const end = await program.run([
      'rollback',
      '--id',
      'd',
      '--reason',
      'manual',
      '--to',
      '1',
      ...words,
      ...(health.length === 0 ? [] : soon),
      '--',
      'sh',
      '-c',
      script,
    ]);
    expect(end.code).toBe(code);
    expect(program.rows('SELECT success FROM rollbacks')).toEqual([{ success }]);
    expect(program.rows("SELECT status FROM deployment_stages WHERE stage = 'rollback'")).toEqual([
      { status: script === 'exit 0' ? 'success' : 'failed' },
    ]);
  });

  test('rollback without any deployment gives one warning and still runs its command', async () => {
    const program = newProgram();
    const end = await program.run(['rollback', '--reason', 'manual', '--', 'sh', '-c', 'echo ran; exit 3']);
    expect([end.code, end.stdout]).toEqual([3, 'ran\n']);
    expect(end.stderr.match(/warning: /g)).toHaveLength(1);
  });
});
