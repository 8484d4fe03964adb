import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { acceptedOptions } from '../../src/cli/define/readInput.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import { newProgram, startDeployment } from '../support/program.ts';
import { usageErrorWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 120_000 });

const url = 'http://127.0.0.1:9/health';
const start = ['start', '--deployment', 'app', '--version', '1'];

describe('Values beyond the limits', () => {
  test.each<[string, string[]]>([
    ['a phase of more than ten years', ['phase', 'record', 'x', '--duration', '999999999999d']],
    [
      'a phase that ends after 2199',
      ['phase', 'record', 'x', '--duration', '400d', '--started', '2199-06-01'],
    ],
    ['a phase in the year 9999', ['phase', 'record', 'x', '--duration', '1s', '--started', '9999-01-01']],
    ['a phase before 1970', ['phase', 'record', 'x', '--duration', '1s', '--started', '0001-01-01']],
    ['a cost above the limit', ['cost', 'vm', '1000000001']],
    ['a cost of 1e308', ['cost', 'vm', '1e308']],
    ['a negative cost', ['cost', 'vm', '-3']],
    ['an error rate of 7700 %', ['error-rate', '77']],
    ['a migration count above a billion', ['migrate', '--count', '1000000001', '--', 'touch', 'ran']],
    ['a download time of decades', ['extract', '--download-seconds', '999999999', '--', 'touch', 'ran']],
    ['a timeout longer than a timer can be', ['phase', 'run', 'x', '--timeout', '25d', '--', 'touch', 'ran']],
    ['an impossible exit code', ['phase', 'end', 'x', '--exit-code', '99999999999']],
    ['a trigger in the year 9999', [...start, '--triggered-at', '9999-01-01T00:00:00Z']],
    ['an --abandon-after of a million years', [...start, '--abandon-after', '365000000d']],
    ['a version of 40,000 characters', ['start', '--deployment', 'app', '--version', 'x'.repeat(40_000)]],
    ['a previous version of 40,000 characters', [...start, '--previous-version', 'x'.repeat(40_000)]],
    ['a commit of 40,000 characters', [...start, '--commit', 'x'.repeat(40_000)]],
    ['a URL of 40,000 characters', [...start, '--url', `http://x/${'x'.repeat(40_000)}`]],
    ['a rollback to a version of 40,000 characters', ['rollback', '--to', 'x'.repeat(40_000)]],
    ['a health check since 9999', ['health', url, '--since', '9999-01-01']],
    ['statistics of the last 99999999 days', ['stats', '--since', '99999999d']],
  ])('%s is a usage error, and nothing is written or run', async (_, words) => {
    const program = newProgram({ env: { DEPLOYTRACK_ID: 'run-1' } });
    const end = await program.run(words);
    expect([end.code, end.stdout.replace('none\n', '')]).toEqual([2, '']);
    expect(end.stderr).toMatch(/^deploytrack: error: [^\n]+\n(deploytrack: hint: [^\n]+\n)?$/);
    expect([existsSync(program.ledger), program.journals(), existsSync(join(program.folder, 'ran'))]).toEqual(
      [false, '', false],
    );
  });

  test('every duration option rejects values above its maximum', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_ID: 'run-1', PUSHGATEWAY_URL: 'http://127.0.0.1:9' } });
    const durations = commandTable.flatMap((command) =>
      acceptedOptions(command)
        .filter(([, { type }]) => type === 'duration')
        .map(([name, { max = 0 }]) => [name, { word: command.name, max }] as const),
    );
    expect(durations.length).toBeGreaterThan(10);
    for (const [name, { word, max }] of new Map(durations.reverse())) {
      const days = max / 86_400_000;
      const end = await program.run(wordsFor(word, [`--${name}`, `${days + 1}d`]));
      expect([word, name, end.code]).toEqual([word, name, 2]);
      const line = usageErrorWithHint(end);
      expect(line).toContain(`--${name}`);
      expect(line).toMatch(/too long|at most|ten years/);
    }
    expect(existsSync(program.ledger)).toBe(false);
  });
});

/** A complete command line with an option; if the same option is given twice, the later one counts. */
function wordsFor(word: string, option: string[]): string[] {
  const whole: Readonly<Record<string, string[]>> = {
    start,
    run: ['run', ...start.slice(1), ...option, '--', 'true'],
    'phase start': ['phase', 'start', 'cutover'],
    'phase end': ['phase', 'end', 'cutover'],
    'phase record': ['phase', 'record', 'x', '--duration', '1s'],
    'phase run': ['phase', 'run', ...option, 'x', 'true'],
    smoke: ['smoke', ...option, 'x', 'true'],
    health: ['health', url],
    cost: ['cost', 'vm', '1'],
    'error-rate': ['error-rate', '0'],
    rollback: ['rollback', ...option, '--', 'true'],
  };
  const words = whole[word] ?? word.split(' ');
  if (words.includes(option[0] ?? '') && word !== 'phase record') return words;
  const isWrapped = ['extract', 'venv-rebuild', 'migrate', 'cutover'].includes(word);
  return [...words, ...option, ...(isWrapped ? ['--', 'true'] : [])];
}

test('the largest values accepted on the command line are stored, exported and imported', async () => {
  const [first, other] = [newProgram(), newProgram()];
  await startDeployment(
    first,
    '--id',
    'n1',
    '--abandon-after',
    '3650d',
    '--url',
    `http://x/${'x'.repeat(4000)}`,
  );
  const id = ['--id', 'n1'];
  await first.quiet(['phase', 'record', 'x', '--duration', '3650d', ...id]);
  await first.quiet(['cost', 'vm', '1000000000', ...id]);
  await first.quiet(['error-rate', '1', ...id]);
  await first.quiet(['migrate', '--count', '1000000000', ...id, '--', 'true']);
  await first.quiet(['extract', '--download-seconds', '315360000', ...id, '--', 'true']);
  const file = join(other.folder, 'marks.jsonl');
  writeFileSync(file, await first.quiet(['export', ...id]));
  const end = await other.run(['import', file]);
  expect(end.code).toBe(0);
  expect(end.stderr).toMatch(/^deploytrack: imported \d+ marks and 0 finished deployments\n$/);
  const totals = 'SELECT family, labels, part, value FROM totals ORDER BY 1, 2, 3';
  expect(other.rows(totals)).toEqual(first.rows(totals));
});
