import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

const oneWarning = /^deploytrack: warning: [^\n]+\ndeploytrack: hint: [^\n]+\n$/;

interface Case {
  readonly words: readonly string[];
  readonly option: string;
  readonly sql: string;
  readonly row: Record<string, unknown>;
}

const stage = 'SELECT stage, status FROM deployment_stages';
const cases: readonly Case[] = [
  {
    words: ['finish', '--exit-code', '3'],
    option: '--error',
    sql: 'SELECT deployment_status AS status, error_message AS words FROM deployment_metrics',
    row: { status: 'failed', words: 'exit code 3' },
  },
  {
    words: ['finish'],
    option: '--notes',
    sql: 'SELECT deployment_status AS status, notes AS words FROM deployment_metrics',
    row: { status: 'success', words: null },
  },
  {
    words: ['phase', 'record', 'x', '--duration', '1s'],
    option: '--error',
    sql: stage,
    row: { stage: 'x', status: 'failed' },
  },
  {
    words: ['phase', 'end', 'x', '--exit-code', '1'],
    option: '--error',
    sql: stage,
    row: { stage: 'x', status: 'failed' },
  },
  {
    words: ['smoke', 'login', '--failed'],
    option: '--error',
    sql: 'SELECT test_name, status FROM smoke_tests',
    row: { test_name: 'login', status: 'failure' },
  },
  {
    words: ['rollback'],
    option: '--reason',
    sql: 'SELECT reason FROM rollbacks',
    row: { reason: 'manual' },
  },
];

describe.each(cases)('Missing file of $option for `$words.0 $words.1`', ({ words, option, sql, row }) => {
  test.each([
    ['@missing', '@missing'],
    ['a folder', '@folder'],
    ['a file below a file', '@file/below'],
  ])(
    'a mark is recorded without its text and with one warning, with --strict exit code 1, if the file is %s',
    async (_, value) => {
      for (const strict of [false, true]) {
        const { program, id } = await begun();
        if (words[1] === 'end') await program.quiet(['phase', 'start', 'x', '--id', id]);
        const given = [...words, '--id', id, option, value, ...(strict ? ['--strict'] : [])];
        const end = await program.run(given);
        expect([end.code, end.stderr]).toEqual([strict ? 1 : 0, expect.stringMatching(oneWarning)]);
        expect(end.stderr).toContain(`${option}: ${value.slice(1)} cannot be read: `);
        expect(program.rows(sql)).toEqual([row]);
      }
    },
  );
});

test('start is recorded without notes that cannot be read, and prints its ID', async () => {
  const program = newProgram();
  const words = ['--deployment', 'app', '--version', '1', '--notes', '@missing'];
  const end = await program.run(['start', '--id', 'd', ...words]);
  expect(end).toMatchObject({ code: 0, stdout: 'd\n', stderr: expect.stringMatching(oneWarning) });
  const script = await program.run(['run', ...words, '--', 'sh', '-c', 'exit 3']);
  expect(script).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('--notes: missing cannot be read'),
  });
  expect(program.rows('SELECT deployment_id FROM deployment_metrics')).toHaveLength(2);
});

test('finish in a trap keeps its exit code and closes the deployment if the file of --error is missing', async () => {
  const { program, id } = await begun();
  const end = await program.run(['finish', '--on-exit', '7', '--error', '@missing', '--id', id, '--strict']);
  expect(end.code).toBe(7);
  expect(program.rows('SELECT deployment_status AS s FROM deployment_metrics')).toEqual([{ s: 'failed' }]);
});

test('DEPLOYTRACK_ERROR is used if the file of --error cannot be read', async () => {
  const { program, id } = await begun();
  const env = { DEPLOYTRACK_ERROR: 'from the script' };
  await program.run(['finish', '--exit-code', '1', '--error', '@missing', '--id', id], { env });
  expect(program.rows('SELECT error_message AS e FROM deployment_metrics')).toEqual([
    { e: 'from the script' },
  ]);
});

test.each([
  ['--artifact', ['extract'], ['--', 'true']],
  ['--database-file', ['migrate'], ['--', 'true']],
  ['--count-file', ['migrate'], ['--', 'true']],
  ['--track-file', ['finish'], []],
])(
  'a missing file of %s gives one warning, with --strict exit code 1, but the exit code of a failed command wins',
  async (option, words, command) => {
    for (const strict of [false, true]) {
      const { program, id } = await begun();
      const own = [...words, '--id', id, option, 'missing', ...(strict ? ['--strict'] : [])];
      const end = await program.run([...own, ...command]);
      expect([end.code, end.stderr]).toEqual([strict ? 1 : 0, expect.stringMatching(oneWarning)]);
      expect(end.stderr).toContain(`${option} `);
      if (command.length > 0) expect((await program.run([...own, '--', 'sh', '-c', 'exit 3'])).code).toBe(3);
    }
  },
);

test('an invalid argument on the command line itself is a usage error, and nothing is written', async () => {
  const { program, id } = await begun();
  const reason = await program.run(['rollback', '--of', id, '--reason', 'x'.repeat(201), '--', 'true']);
  const status = await program.run(['finish', '--id', id, '--notes', '@missing', '--status', 'perhaps']);
  expect([reason.code, status.code]).toEqual([2, 2]);
  expect(program.rows('SELECT deployment_status AS s FROM deployment_metrics')).toEqual([
    { s: 'in-progress' },
  ]);
});

test.each([
  ['--header', 'X-Token: @missing'],
  ['--ca', 'missing'],
])(
  'rollback runs its command if the file of %s is missing, and is recorded as not verified',
  async (option, value) => {
    const { program, id } = await begun();
    const words = ['rollback', '--of', id, '--health', 'http://127.0.0.1:9/', option, value];
    const end = await program.run([...words, '--', 'sh', '-c', 'echo ran']);
    expect(end).toMatchObject({ code: 1, stdout: 'ran\n' });
    expect(end.stderr).toMatch(oneWarning);
    expect(end.stderr).toContain('cannot be read');
    expect(program.rows('SELECT error_message AS e FROM rollbacks')).toEqual([
      { e: 'not verified after the rollback' },
    ]);
    const failing = await program.run([...words, '--', 'sh', '-c', 'exit 3']);
    expect(failing.code).toBe(3);
  },
);

async function begun(): Promise<{ program: Program; id: string }> {
  const program = newProgram();
  mkdirSync(join(program.folder, 'folder'));
  writeFileSync(join(program.folder, 'file'), '');
  return { program, id: await startDeployment(program) };
}
