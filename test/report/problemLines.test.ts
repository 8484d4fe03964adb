import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Warning } from '../../src/errors.ts';
import { formatMessage, problemLines, reportWarnings } from '../../src/report/messages/warnings.ts';
import { fakeContext } from '../support/context.ts';

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
