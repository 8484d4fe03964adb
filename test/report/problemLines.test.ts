import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Warning } from '../../src/errors.ts';
import {
  fittedContext,
  formatMessage,
  problemLines,
  reportWarnings,
} from '../../src/report/messages/warnings.ts';
import { type FakeTerminal, fakeContext } from '../support/context.ts';

const problem = { message: 'cannot push metrics', hint: 'run `deploytrack push`' };
const warning: Warning = { code: 'GATEWAY', ...problem, failed: 'delivery' };

describe('A problem on stderr', () => {
  test('has its kind before the message and its hint on a line of its own', () => {
    expect(problemLines(problem, 'error')).toBe(
      'deploytrack: error: cannot push metrics\ndeploytrack: hint: run `deploytrack push`\n',
    );
  });

  test('is one line without a hint, and a note has no kind', () => {
    expect(problemLines({ message: 'wrote rules.yml' })).toBe('deploytrack: wrote rules.yml\n');
  });

  test('has no line ends within its message and its hint', () => {
    const lines = problemLines({ message: 'a\nb\r\n\tc', hint: 'd\n\ne' }, 'warning');
    expect(lines).toBe('deploytrack: warning: a b c\ndeploytrack: hint: d e\n');
  });
});

describe('A warning with a hint', () => {
  test('is two lines on stderr', () => {
    const context = fakeContext();
    reportWarnings(context, { warnings: [warning], target: 'stderr' });
    expect(context.stderr.text).toBe(problemLines(warning, 'warning'));
  });

  test.each([
    ['GitHub Actions', { GITHUB_ACTIONS: 'true' }, '::warning title=deploytrack::'],
    ['Azure DevOps', { TF_BUILD: 'True' }, '##vso[task.logissue type=warning]deploytrack: '],
  ])('is one annotation in %s', (_ci, env, start) => {
    const context = fakeContext({ env });
    reportWarnings(context, { warnings: [warning], target: 'stderr' });
    expect(context.stderr.text).toBe(`${start}${formatMessage(warning)}\n`);
  });

  test('is one line of the file that --warnings names', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'deploytrack-warnings-')), 'warnings.log');
    reportWarnings(fakeContext({ uid: process.getuid?.() }), { warnings: [warning], target: `file:${path}` });
    expect(readFileSync(path, 'utf8')).toMatch(
      /^\S+Z cannot push metrics \(hint: run `deploytrack push`\)\n$/,
    );
  });
});

describe('A problem on a terminal', () => {
  const long = {
    message: 'invalid value "fail" for --status; expected in-progress, success, warning, failed',
    hint: 'use `deploytrack history --status failed` or omit it',
  };
  const written = (terminal: FakeTerminal, env: Record<string, string> = {}, problem = long) => {
    const context = fakeContext({ stderr: terminal, env });
    fittedContext(context).stderr.write(problemLines(problem, 'error'));
    return context.stderr.text;
  };
  const wide = { isTerminal: true, columns: 58 };

  test('is wrapped between words and never inside a command, with its kind in color', () => {
    expect(written(wide)).toBe(
      [
        'deploytrack: \u001b[31merror:\u001b[39m invalid value "fail" for --status;',
        '  expected in-progress, success, warning, failed',
        'deploytrack: hint: use',
        '  `deploytrack history --status failed` or omit it',
        '',
      ].join('\n'),
    );
  });

  test.each<Record<string, string>>([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('has no color with %j', (env) => {
    expect(written(wide, env)).toMatch(/^deploytrack: error: invalid [^\u001b]*$/);
  });

  test.each<FakeTerminal>([
    { isTerminal: false, columns: 60 },
    { isTerminal: true },
    { isTerminal: true, columns: 0 },
  ])('is one line, as in a log, with %j', (terminal) => {
    expect(written(terminal)).toBe(problemLines(long, 'error'));
  });

  test('keeps every character, and a command to copy is one line', () => {
    const cure = "npm install --prefix '/a  folder/with spaces' --no-save better-sqlite3@13.0.0";
    const text = written({ isTerminal: true, columns: 40 }, {}, { message: 'a  b', hint: `run ${cure}` });
    expect(text.split('\n')).toContain(`  ${cure}`);
    expect(text).toContain('a  b');
  });
});
