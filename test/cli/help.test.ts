import { expect, test } from 'vitest';
import { programVersion } from '../../src/programVersion.ts';
import { newProgram } from '../support/program.ts';

test.each([
  { argv: ['help', 'phase', 'run'], says: 'Usage: deploytrack phase run <phase> [options] -- <command…>' },
  { argv: ['phase', 'run', '--help'], says: 'Usage: deploytrack phase run <phase> [options] -- <command…>' },
  { argv: ['help', 'stats'], says: 'Usage: deploytrack stats [options]' },
  { argv: ['stats', '-h'], says: 'Usage: deploytrack stats [options]' },
  { argv: ['help', 'phase'], says: 'Usage: deploytrack phase <command> [options]' },
  { argv: ['help', 'settings'], says: '--ledger-timeout <duration>' },
  { argv: ['help'], says: 'In a deployment script:' },
  { argv: ['--help'], says: 'Set up and operate:' },
])('$argv prints help and exits 0', async ({ argv, says }) => {
  const { code, stdout, stderr } = await newProgram().run(argv);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(says);
  expect(stdout).toMatch(/\nDocumentation: https:\/\/\S+\n$/);
});

test.each(['--version', '-V'])('%s prints the version and exits 0', async (option) => {
  const end = await newProgram().run([option]);
  expect([end.code, end.stderr]).toEqual([0, '']);
  expect(end.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(programVersion).toMatch(/^\d/);
});

test.each([['nosuch'], ['phase', 'nosuch'], ['start', 'extra']])(
  'help about an unknown command (%s %s) is a usage error with a hint',
  async (...topic) => {
    const end = await newProgram().run(['help', ...topic]);
    expect([end.code, end.stdout, end.stderr]).toEqual([
      2,
      '',
      `deploytrack: error: unknown command "${topic.join(' ')}"\ndeploytrack: hint: run \`deploytrack help\` to list all commands\n`,
    ]);
  },
);

test('without a command the help is printed on stderr with exit code 2', async () => {
  const { code, stdout, stderr } = await newProgram().run([]);
  expect([code, stdout + stderr]).toEqual([
    2,
    expect.stringContaining('Usage: deploytrack <command> [options]'),
  ]);
});

test('doctor lists whether the credentials of the server are set, without their values', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_SERVE_TOKEN: 'a-token-of-a-test' } });
  const { stdout } = await program.run(['doctor']);
  expect(stdout).toMatch(/^serve token +\(set\) +DEPLOYTRACK_SERVE_TOKEN$/m);
  expect(stdout).not.toContain('a-token-of-a-test');
});
