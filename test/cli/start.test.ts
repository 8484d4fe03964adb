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
  test('refuses beside one that runs, before anything is touched, and says which, how old, and what to do', async () => {
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

  test('refuses beside one whose script has ended, and the command it names ends that one', async () => {
    const program = newProgram();
    expect((await fromEndedScript(program, first)).stdout).toBe('first\n');
    const end = await program.run([...next, '--exclusive']);
    expect([end.code, end.stdout]).toEqual([1, 'none\n']);
    const [command = ''] = /deploytrack (finish [^`)]*--abandoned)/.exec(end.stderr)?.slice(1) ?? [];
    expect((await program.run(command.split(' '))).code).toBe(0);
    expect(await program.quiet([...next, '--exclusive'])).toBe('next');
    expect(outcomes(program)).toEqual(['first failed: abandoned', 'next in-progress']);
  });

  test('begins beside one of another environment, and after one that is finished', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first', '--environment', 'staging');
    await program.quiet([...next, '--exclusive']);
    await program.quiet(['finish', '--id', 'next']);
    expect(
      await program.quiet(['start', '--deployment', 'app', '--version', '3', '--exclusive', '--id', 'third']),
    ).toBe('third');
  });

  test('of a script refuses with 1, and the script is not run', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    const words = ['run', '--deployment', 'app', '--version', '2', '--exclusive', '--', 'echo', 'ran'];
    expect(await program.run(words)).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('start --take-over', () => {
  test('closes one that has no living process', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    expect((await program.run([...next, '--take-over'])).stdout).toBe('next\n');
    expect(outcomes(program)).toEqual(['first failed: abandoned', 'next in-progress']);
  });

  test('does not close one that runs', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    await program.run([...next, '--take-over']);
    expect(outcomes(program)[0]).toBe('first in-progress');
  });
});

describe('start --wait', () => {
  test('waits for its turn', async () => {
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

  test('refuses when the time is over', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    expect(await program.run([...next, '--wait', '300ms'])).toMatchObject({ code: 1, stdout: 'none\n' });
    expect(outcomes(program)).toEqual(['first in-progress']);
  });
});

describe('a deployment that nobody finished', () => {
  test('is left open beside the next while it is young, with a warning that names it', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    expect(oneWarningWithHint(await program.run(next))).toContain('deployment first of app/production');
    expect(outcomes(program)).toEqual(['first in-progress', 'next in-progress']);
  });

  test('is closed as abandoned by the next start when it was silent for --abandon-after', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    const end = await program.run([...next, '--abandon-after', '1ms']);
    expect(oneWarningWithHint(end)).toContain('first');
    expect(outcomes(program)).toEqual(['first failed: abandoned', 'next in-progress']);
    expect(
      program.rows("SELECT value FROM totals WHERE family = 'deployment_total' AND labels = '[\"failure\"]'"),
    ).toEqual([{ value: 1 }]);
  });

  test('is closed as abandoned by push', async () => {
    const program = newProgram();
    await fromEndedScript(program, first);
    await program.run(['push', '--textfile', program.folder, '--abandon-after', '1ms']);
    expect(outcomes(program)).toEqual(['first failed: abandoned']);
  });

  test('runs however long while its caller lives', async () => {
    const program = newProgram();
    await startDeployment(program, '--id', 'first');
    expect(oneWarningWithHint(await program.run([...next, '--abandon-after', '1ms']))).toContain(
      'still open',
    );
    expect(outcomes(program)).toEqual(['first in-progress', 'next in-progress']);
  });

  test('runs however long while one of its wrapped phases lives', async () => {
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

  test('of another name is nobody’s business', async () => {
    const program = newProgram();
    await fromEndedScript(program, ['start', '--deployment', 'other', '--version', '1', '--id', 'first']);
    await program.quiet([...next, '--abandon-after', '1ms']);
    expect(outcomes(program)).toEqual(['first in-progress', 'next in-progress']);
  });
});
