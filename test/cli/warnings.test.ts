import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { notRoot } from '../support/because.ts';
import { newProgram } from '../support/program.ts';
import { strangerId } from '../support/strangers.ts';

vi.setConfig({ testTimeout: 30_000 });

const mark = ['phase', 'end', 'extract', '--id', 'unknown'];
const wrapped = ['extract', '--id', 'unknown', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'];

test('warnings go to stderr, one line each', async () => {
  const end = await newProgram().run(mark);
  expect(end.stdout).toBe('');
  expect(end.stderr).toMatch(/^(deploytrack: warning: [^\n]+\ndeploytrack: hint: [^\n]+\n){2}$/);
});

test('warnings go to stdout if that was requested', async () => {
  const program = newProgram();
  for (const end of [
    await program.run([...mark, '--warnings', 'stdout']),
    await program.run(mark, { env: { DEPLOYTRACK_WARNINGS: 'stdout' } }),
  ]) {
    expect([end.code, end.stderr]).toEqual([0, '']);
    expect(end.stdout).toMatch(/^(deploytrack: warning: [^\n]+\ndeploytrack: hint: [^\n]+\n)+$/);
  }
});

test('warnings are not printed with `off`, but stored in the ledger for doctor and show', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_WARNINGS: 'off' } });
  expect(await program.run(wrapped)).toMatchObject({ code: 3, stdout: 'out\n', stderr: 'err\n' });
  expect(program.rows('SELECT code, deployment_id AS id FROM warnings')).toEqual([
    { code: 'UNKNOWN_ID', id: 'unknown' },
  ]);
  expect((await program.run(['doctor'])).stdout).toContain('deployment unknown not found in this ledger');
});

test('warnings go to a file with their time if that was requested, relative to the working folder', async () => {
  const program = newProgram();
  const file = join(program.folder, 'warnings.log');
  for (const target of [`file:${file}`, 'file:warnings.log']) {
    expect((await program.run([...mark, '--warnings', target])).stderr).toBe('');
  }
  expect(existsSync(file)).toBe(true);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S/);
});

test.skipIf(notRoot())(
  'warnings are not written through a link of another account in place of their file',
  async () => {
    const program = newProgram();
    const open = join(program.folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    const secret = join(program.folder, 'secret');
    writeFileSync(secret, 'precious', { mode: 0o600 });
    symlinkSync(secret, join(open, 'link'));
    lchownSync(join(open, 'link'), strangerId, strangerId);
    linkSync(secret, join(open, 'second-name'));
    writeFileSync(join(open, 'foreign'), 'theirs');
    chownSync(join(open, 'foreign'), strangerId, strangerId);
    for (const name of ['link', 'second-name', 'foreign'])
      expect((await program.run([...mark, '--warnings', `file:${join(open, name)}`])).code).toBe(0);
    expect([readFileSync(secret, 'utf8'), readFileSync(join(open, 'foreign'), 'utf8')]).toEqual([
      'precious',
      'theirs',
    ]);
    await program.run([...mark, '--warnings', `file:${join(open, 'ours')}`]);
    expect(readFileSync(join(open, 'ours'), 'utf8')).not.toBe('');
  },
);

test('warnings do not wait for a pipe without a reader', async () => {
  const program = newProgram();
  spawnSync('mkfifo', [join(program.folder, 'pipe')]);
  expect((await program.run([...mark, '--warnings', 'file:pipe'])).code).toBe(0);
});

test('the ledger stores only the last hundred warnings', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_WARNINGS: 'off' } });
  await program.run(mark);
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(program.ledger);
  for (let count = 0; count < 150; count += 1)
    database.exec("INSERT INTO warnings (at, code, message) VALUES ('2026-01-01T00:00:00.000Z', 'X', 'old')");
  database.close();
  await program.run(mark);
  expect(program.rows('SELECT count(*) AS kept FROM warnings')).toEqual([{ kept: 100 }]);
});

test('warnings in GitHub Actions have its own form, with percent signs escaped', async () => {
  const program = newProgram({ env: { GITHUB_ACTIONS: 'true' } });
  const end = await program.run(['phase', 'end', 'extract', '--id', 'unknown']);
  expect(end.stderr).toMatch(/^(::warning title=deploytrack::[^\n]+\n)+$/);
  const odd = await program.run(['phase', 'start', 'x', '--id', 'a'], { env: { PUSHGATEWAY_URL: '50%' } });
  expect(odd.stderr).toContain('50%25');
});

test('warnings in Azure DevOps have its own form', async () => {
  const end = await newProgram({ env: { TF_BUILD: 'True' } }).run(mark);
  expect(end.stderr).toMatch(/^(##vso\[task\.logissue type=warning\][^\n]+\n)+$/);
});

test('foreign text inside a warning cannot break its line or reach the terminal unescaped', async () => {
  const program = newProgram();
  const address = 'localhost\n::error::injected\u001b[31m\u009b2J';
  const end = await program.run(['phase', 'start', 'x', '--id', 'a'], {
    env: { PUSHGATEWAY_URL: address, GITHUB_ACTIONS: 'true' },
  });
  expect(end.stderr).toMatch(/^(::warning title=deploytrack::[^\n]+\n)+$/);
  expect(end.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('start in a CI prints on stderr what it inferred and from where', async () => {
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/gateway',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_ACTOR: 'octocat',
    RUNNER_ENVIRONMENT: 'github-hosted',
  };
  const program = newProgram({ env });
  const end = await program.run(['start']);
  expect(end.stdout).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}\n$/);
  expect(end.stderr).toMatch(/^deploytrack: deployment +gateway \(github-actions\)$/m);
  expect(end.stderr).toMatch(/^deploytrack: version +a{40} \(github-actions\)$/m);
  expect(
    program.rows(
      'SELECT deployment, version, instance, deployment_method AS method, triggered_by AS who FROM deployment_metrics',
    ),
  ).toEqual([
    {
      deployment: 'gateway',
      version: 'a'.repeat(40),
      instance: 'github-actions-acme-gateway',
      method: 'github-actions',
      who: 'octocat',
    },
  ]);
});
