import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';
import { begun, fails, outcome, works } from './begun.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('Status decided by finish', () => {
  test.each<[string, string[][], string[], [string, string | null]]>([
    ['success if everything succeeded', [['extract', ...works]], [], ['success', null]],
    ['failed if a phase failed', [['migrate', ...fails]], [], ['failed', 'phase migration: exit code 3']],
    [
      'success if a failed phase succeeded later',
      [
        ['migrate', ...fails],
        ['migrate', ...works],
      ],
      [],
      ['success', null],
    ],
    [
      'failed if the same phase of another service failed',
      [
        ['migrate', '--service', 'b', ...fails],
        ['migrate', ...works],
      ],
      [],
      ['failed', 'phase migration: exit code 3'],
    ],
    [
      'warning if the failure was allowed',
      [['migrate', '--allow-failure', ...fails]],
      [],
      ['warning', 'phase migration: exit code 3'],
    ],
    [
      'success if the failed phase was run with --try',
      [['migrate', '--try', ...fails]],
      [],
      ['success', null],
    ],
    [
      'failed if one phase failed and another was run with --try',
      [
        ['migrate', ...fails],
        ['migrate', '--try', ...works],
      ],
      [],
      ['failed', 'phase migration: exit code 3'],
    ],
    [
      'failed by the exit code of a mark',
      [['phase', 'end', 'extract', '--exit-code', '4']],
      [],
      ['failed', 'phase extract: exit code 4'],
    ],
    [
      'failed by the exit code of the script',
      [['extract', ...works]],
      ['--exit-code', '9'],
      ['failed', 'exit code 9'],
    ],
    [
      'failed if it was rolled back',
      [['rollback', '--reason', 'error_rate']],
      [],
      ['failed', 'rolled back: error_rate'],
    ],
    [
      'that of --status, which takes precedence',
      [['migrate', ...fails]],
      ['--status', 'success'],
      ['success', null],
    ],
    [
      'failed with the text of --error',
      [['migrate', ...fails]],
      ['--error', 'no space left'],
      ['failed', 'no space left'],
    ],
    [
      'failed by a signal that ended a phase',
      [['migrate', '--', 'sh', '-c', 'kill -TERM $$']],
      [],
      ['failed', 'phase migration: SIGTERM'],
    ],
    [
      'failed by a command that was not found',
      [['migrate', '--', 'no-such-command']],
      [],
      ['failed', 'phase migration: no-such-command: command not found'],
    ],
    [
      'failed by a timeout',
      [['migrate', '--timeout', '100ms', '--', 'sleep', '60']],
      [],
      ['failed', 'phase migration: timed out after 0.1 s'],
    ],
  ])('the status at finish is %s', async (_, before, words, expected) => {
    const program = await begun();
    for (const args of before) await program.run(args);
    await program.quiet(['finish', ...words]);
    expect(outcome(program)).toEqual(expected);
  });

  test.each([
    ['success', 'success'],
    ['Succeeded', 'success'],
    ['passed', 'success'],
    ['failure', 'failed'],
    ['FAILED', 'failed'],
    ['cancelled', 'failed'],
    ['Canceled', 'failed'],
    ['timed_out', 'failed'],
    ['warning', 'warning'],
    ['SucceededWithIssues', 'warning'],
    ['unstable', 'warning'],
    ['skipped', 'discarded'],
  ])('finish with the CI status %s records the status %s', async (word, status) => {
    const program = await begun();
    await program.quiet(['finish', '--status', word]);
    expect(outcome(program)[0]).toBe(status);
  });

  test('a second finish fills in empty fields only, prints nothing and exits with 0', async () => {
    const program = await begun();
    await program.quiet(['finish']);
    const before = program.rows('SELECT * FROM totals');
    await program.quiet(['finish', '--status', 'failed', '--exit-code', '3', '--notes', 'later']);
    await program.quiet(['finish', '--notes', 'too late']);
    expect(outcome(program)[0]).toBe('success');
    expect(program.rows('SELECT notes FROM deployment_metrics')).toEqual([{ notes: 'later' }]);
    expect(program.rows('SELECT * FROM totals')).toEqual(before);
    for (const code of [0, 7, 143]) {
      expect(await program.run(['finish', '--on-exit', String(code)])).toMatchObject({
        code,
        stdout: '',
        stderr: '',
      });
    }
    expect(await program.run(['finish', '--on-exit'])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('Command finish', () => {
  test('finish closes open phases, as ended with a warning, or as failed if the deployment failed', async () => {
    const well = await begun();
    await well.quiet(['phase', 'start', 'extract']);
    expect(oneWarningWithHint(await well.run(['finish']))).toContain('extract');
    const badly = await begun();
    await badly.quiet(['phase', 'start', 'extract']);
    await badly.quiet(['finish', '--exit-code', '1']);
    const status = (program: Program) => program.rows('SELECT status FROM deployment_stages');
    expect([status(well), status(badly), outcome(well)[0]]).toEqual([
      [{ status: 'success' }],
      [{ status: 'failed' }],
      'success',
    ]);
  });

  test('finish --discard keeps the row and excludes the deployment from all totals', async () => {
    const program = await begun();
    await program.quiet(['extract', ...works]);
    await program.quiet(['finish', '--discard']);
    expect(program.rows('SELECT discarded FROM deployment_metrics')).toEqual([{ discarded: 1 }]);
    const counted = program
      .rows("SELECT family FROM totals WHERE value > 0 AND family LIKE 'deployment_%' ORDER BY family")
      .map((row) => row.family);
    expect(new Set(counted)).toEqual(new Set(['deployment_stage_duration_seconds']));
    expect(JSON.parse(await program.quiet(['stats', '--json']))).toMatchObject({});
    expect(await program.quiet(['finish', '--status', 'failed'])).toBe('');
  });

  test('finish --abandoned closes the deployment as abandoned', async () => {
    const program = await begun();
    await program.quiet(['finish', '--abandoned']);
    expect(outcome(program)).toEqual(['failed', 'abandoned']);
  });

  test('finish reads texts from a file and from standard input', async () => {
    const program = await begun();
    writeFileSync(join(program.folder, 'words'), 'of a file\n');
    await program.quiet(['finish', '--error', '-', '--notes', '@words', '--exit-code', '1'], {
      stdin: 'of stdin\n',
    });
    expect(outcome(program)).toEqual(['failed', 'of stdin']);
    expect(program.rows('SELECT notes FROM deployment_metrics')).toEqual([{ notes: 'of a file' }]);
  });

  test('files that Windows PowerShell 5.1 wrote are read, and text in ANSI is named', async () => {
    const program = await begun();
    const lay = (name: string, bytes: Buffer) => writeFileSync(join(program.folder, name), bytes);
    lay('utf16', Buffer.from('\ufeffgrün\r\n', 'utf16le'));
    lay('count', Buffer.from('\ufeff7\r\n', 'utf16le'));
    lay('ansi', Buffer.from('grün', 'latin1'));
    await program.quiet(['migrate', '--count-file', 'count', ...works]);
    const end = await program.run(['finish', '--notes', '@utf16', '--error', '@ansi', '--exit-code', '1']);
    expect(oneWarningWithHint(end)).toContain('--error: ansi is not text in UTF-8; it was recorded');
    expect(program.rows('SELECT notes, error_message AS error FROM deployment_metrics')).toEqual([
      { notes: 'grün', error: 'gr\ufffdn' },
    ]);
    expect(program.rows('SELECT migration_count AS count FROM migrations')).toEqual([{ count: 7 }]);
  });

  test('finish --json prints one line of ASCII last on stdout, also the second time', async () => {
    const program = await begun();
    await program.quiet(['extract', ...works]);
    for (let times = 0; times < 2; times += 1) {
      const line = await program.quiet(['finish', '--json', '--notes', 'übergabe 🚀']);
      expect(line).toMatch(/^[ -~]+$/);
      expect(JSON.parse(line)).toMatchObject({ notes: 'übergabe 🚀' });
    }
  });

  test('a finish of an unknown deployment closes nothing and stores what it was given', async () => {
    const program = newProgram();
    oneWarningWithHint(await program.run(['finish', '--id', 'elsewhere', '--notes', 'kept']));
    expect(
      program.rows('SELECT deployment_status AS status, fragment, notes FROM deployment_metrics'),
    ).toEqual([{ status: 'in-progress', fragment: 1, notes: 'kept' }]);
  });
});
