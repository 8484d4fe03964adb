import { describe, expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program, startDeployment } from '../support/program.ts';
import { fromEndedScript } from './beside.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

const next = ['start', '--deployment', 'app', '--version', '2', '--id', 'next'];
const first = ['start', '--deployment', 'app', '--version', '1', '--id', 'first'];

const outcomes = (program: Program) =>
  program
    .rows(
      'SELECT deployment_id AS id, deployment_status AS status, error_message AS error FROM deployment_metrics ORDER BY rowid',
    )
    .map((row) => `${row.id} ${row.status}${row.error === null ? '' : `: ${row.error}`}`);

describe('start --exclusive', () => {
  test('start --exclusive fails while another deployment runs, changes nothing, and says which one, its age and what to do', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    const before = program.rows('SELECT * FROM totals');
    const end = await program.run([...next, '--exclusive']);
    expect([end.code, end.stdout]).toEqual([1, 'none\n']);
    expect(end.stderr).toMatch(
      /^deploytrack: error: deployment first of app\/production has been running for \d+ s \(last mark \d{4}-[^)]+\)[^\n]*\ndeploytrack: hint: use --wait [^\n]+\n$/,
    );
    expect(outcomes(program)).toEqual(['first in-progress']);
    expect(program.rows('SELECT * FROM totals')).toEqual(before);
  });

  test('start --exclusive fails if the script of an open deployment has ended, and names the command that closes it', async () => {
    const program = newProgram();
    expect((await fromEndedScript(program, first)).stdout).toBe('first\n');
    const end = await program.run([...next, '--exclusive']);
    expect([end.code, end.stdout]).toEqual([1, 'none\n']);
    const [command = ''] = /deploytrack (finish [^`)]*--abandoned)/.exec(end.stderr)?.slice(1) ?? [];
    expect((await program.run(command.split(' '))).code).toBe(0);
    expect(await program.quiet([...next, '--exclusive'])).toBe('next');
    expect(outcomes(program)).toEqual(['first failed: abandoned', 'next in-progress']);
  });

  test('start --exclusive succeeds next to another environment and after a finished deployment', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first', '--environment', 'staging');
    await program.quiet([...next, '--exclusive']);
    await program.quiet(['finish', '--id', 'next']);
    expect(
      await program.quiet(['start', '--deployment', 'app', '--version', '3', '--exclusive', '--id', 'third']),
    ).toBe('third');
  });

  test('run --exclusive exits with 1 while another deployment runs, and does not run the script', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    const words = ['run', '--deployment', 'app', '--version', '2', '--exclusive', '--', 'echo', 'ran'];
    expect(await program.run(words)).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('start --take-over', () => {
  test('start --take-over closes an open deployment without a running process', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    expect((await program.run([...next, '--take-over'])).stdout).toBe('next\n');
    expect(outcomes(program)).toEqual(['first failed: abandoned', 'next in-progress']);
  });

  test('start --take-over does not close a deployment that runs', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    await program.run([...next, '--take-over']);
    expect(outcomes(program)[0]).toBe('first in-progress');
  });
});

describe('start --wait', () => {
  test('start --wait waits until the other deployment has ended', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    const child = program.spawn([...next, '--wait', '50s']);
    const waiting = endOf(child);
    await program.quiet(['extract', '--id', 'first', '--', 'true']);
    await program.quiet(['finish', '--id', 'first']);
    expect(await waiting).toMatchObject({ code: 0, stdout: 'next\n', stderr: '' });
    const [times] = program.rows(
      "SELECT (SELECT deployment_completed_at FROM deployment_metrics WHERE deployment_id = 'first') <= (SELECT deployment_started_at FROM deployment_metrics WHERE deployment_id = 'next') AS ordered",
    );
    expect(times).toEqual({ ordered: 1 });
  });

  test('start --wait fails when its time is over', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    expect(await program.run([...next, '--wait', '300ms'])).toMatchObject({ code: 1, stdout: 'none\n' });
    expect(outcomes(program)).toEqual(['first in-progress']);
  });
});

describe('Unfinished deployments', () => {
  test('a recent unfinished deployment stays open next to a new one, with a warning that names it', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    expect(oneWarningWithHint(await program.run(next))).toContain('deployment first of app/production');
    expect(outcomes(program)).toEqual(['first in-progress', 'next in-progress']);
  });

  test('start closes an unfinished deployment as abandoned after --abandon-after without a mark', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    const end = await program.run([...next, '--abandon-after', '1ms']);
    expect(oneWarningWithHint(end)).toContain('first');
    expect(outcomes(program)).toEqual(['first failed: abandoned', 'next in-progress']);
    expect(
      program.rows("SELECT value FROM totals WHERE family = 'deployment_total' AND labels = '[\"failure\"]'"),
    ).toEqual([{ value: 1 }]);
  });

  test('push closes an unfinished deployment as abandoned', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    await program.run(['push', '--textfile', program.folder, '--abandon-after', '1ms']);
    expect(outcomes(program)).toEqual(['first failed: abandoned']);
  });

  test('a deployment is not abandoned while its caller runs', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    expect(oneWarningWithHint(await program.run([...next, '--abandon-after', '1ms']))).toContain(
      'still open',
    );
    expect(outcomes(program)).toEqual(['first in-progress', 'next in-progress']);
  });

  test('a deployment is not abandoned while one of its wrapped phases runs', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    const child = program.spawn(['extract', '--id', 'first', '--', 'sleep', '60']);
    const ended = endOf(child);
    await eventually(() =>
      program.rows("SELECT 1 FROM processes WHERE role = 'phase'").length === 1 ? true : undefined,
    );
    await program.run([...next, '--abandon-after', '1ms']);
    expect(outcomes(program)).toEqual(['first in-progress', 'next in-progress']);
    child.kill('SIGTERM');
    expect((await ended).signal).toBe('SIGTERM');
    await program.run(['start', '--deployment', 'app', '--version', '3', '--abandon-after', '1ms']);
    expect(outcomes(program)[0]).toBe('first failed: abandoned');
  });

  test('an unfinished deployment of another name is ignored', async () => {
    const program = newProgram();
    await fromEndedScript(program, ['start', '--deployment', 'other', '--version', '1', '--id', 'first']);
    await program.quiet([...next, '--abandon-after', '1ms']);
    expect(outcomes(program)).toEqual(['first in-progress', 'next in-progress']);
  });
});
