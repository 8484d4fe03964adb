import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { oneWarningWithHint } from '../cli/lines.ts';
import { because } from '../support/because.ts';
import { nodeOf, notBrought } from '../support/nodes.ts';
import { newProgram, type Program } from '../support/program.ts';

const needed = 'opening the ledger requires Node 22.14 or newer; this is v';
const versions = ['18', '20', '22.13.1'].map((version) => [version, nodeOf(version)] as const);

/** Commands that record or wrap, with their exit code: that of the wrapped command. */
const marking: readonly (readonly [words: readonly string[], code: number])[] = [
  [['phase', 'start', 'x'], 0],
  [['phase', 'end', 'x'], 0],
  [['phase', 'record', 'y', '--duration', '3s'], 0],
  [['extract', '--', 'sh', '-c', 'exit 3'], 3],
  [['phase', 'run', 'z', '--', 'sh', '-c', 'exit 3'], 3],
  [['migrate', '--', 'sh', '-c', 'exit 4'], 4],
  [['cutover', '--probe', 'http://127.0.0.1:9', '--', 'sh', '-c', 'exit 5'], 5],
  [['smoke', 'login', '--', 'true'], 0],
  [['health', '--check-type', 'queue', '--', 'true'], 0],
  [['rollback', '--reason', 'manual', 'sh', '-c', 'exit 6'], 6],
  [['finish', '--on-exit', '5'], 5],
];

/** Commands that read the ledger. */
const asking: readonly (readonly string[])[] = [
  ['stats'],
  ['history'],
  ['show'],
  ['compare', '1', '2'],
  ['export'],
  ['init'],
  ['push', '--dry-run'],
  ['report', '--since', '7d'],
  ['rules', '--backtest', '90d'],
  ['serve', '--listen', '127.0.0.1:0'],
];

describe.each(versions)('Node %s, which the addon would crash', (version, node) => {
  const onIt = test.skipIf(because(node === undefined, notBrought(version)));

  onIt(
    'every mark on an older Node gives one line and is imported by the next command on a newer Node',
    async () => {
      const program = newProgram({ node: node as string });
      const begun = await program.run(['start', '--deployment', 'app', '--version', '1']);
      const id = begun.stdout.trim();
      expect(id).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
      expect(oneWarningWithHint(begun)).toContain(needed);
      for (const [words, code] of marking) {
        const end = await program.run(words, { env: { DEPLOYTRACK_ID: id } });
        expect([words, end.code, end.signal]).toEqual([words, code, null]);
        expect(end.stderr.split('\n').filter((line) => line.includes(needed))).toHaveLength(1);
        expect(end.stderr).toContain('the mark was saved to');
      }
      const newer = newProgram({ ledger: program.ledger, env: program.env });
      await newer.quiet(['history']);
      expect(newer.rows('SELECT stage FROM deployment_stages ORDER BY 1').map(({ stage }) => stage)).toEqual(
        expect.arrayContaining(['cutover', 'extract', 'health_check', 'migration', 'x', 'y', 'z']),
      );
      expect(newer.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
        { status: 'failed' },
      ]);
    },
  );

  onIt('a wrapped script on an older Node keeps its exit code, and its deployment is saved', async () => {
    const program = newProgram({ node: node as string });
    const end = await program.run([
      'run',
      '--deployment',
      'app',
      '--version',
      '2',
      '--',
      'sh',
      '-c',
      'exit 7',
    ]);
    expect([end.code, end.signal]).toEqual([7, null]);
    const newer = newProgram({ ledger: program.ledger, env: program.env });
    await newer.quiet(['history']);
    expect(newer.rows('SELECT version FROM deployment_metrics')).toEqual([{ version: '2' }]);
  });

  onIt('reading commands on an older Node exit with 1 and one line that names the fix', async () => {
    const program = newProgram({ node: node as string });
    await program.run(['start', '--deployment', 'app', '--version', '1']);
    for (const words of asking) {
      const end = await program.run(words);
      expect([words, end.code, end.stdout]).toEqual([words, 1, '']);
      expect(end.stderr).toMatch(
        /^deploytrack: error: [^\n]*\ndeploytrack: hint: install a newer version: https:\/\/nodejs\.org\S*\n$/,
      );
      expect(end.stderr).toContain(needed);
    }
  });

  onIt('commands without the ledger work on an older Node', async () => {
    const program = newProgram({ node: node as string });
    expect(await program.quiet(['--version'])).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await program.quiet(['--help'])).toContain('finish');
    expect(await program.quiet(['completion', 'bash'])).toContain('complete');
    expect(await program.quiet(['health', '--help'])).toContain('Usage');
    await writesFiles(program, ['rules', '--out', 'rules'], 'rules');
    await writesFiles(program, ['dashboards', '--out', 'dashboards'], 'dashboards');
    const told = await program.run(['doctor']);
    expect(`${told.stdout}${told.stderr}`).not.toContain('internal error');
    expect(told.signal).toBeNull();
  });
});

async function writesFiles(program: Program, words: readonly string[], folder: string): Promise<void> {
  const end = await program.run(words);
  expect([words, end.code]).toEqual([words, 0]);
  expect(existsSync(`${program.folder}/${folder}`)).toBe(true);
}
