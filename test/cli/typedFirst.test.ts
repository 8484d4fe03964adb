import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';

/** What people type first, and what deploytrack tells them to type instead. */

let program: Program;

beforeAll(async () => {
  program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app' } });
  await program.quiet(['start', '--version', '1', '--id', 'd']);
});

test.each([
  { words: 'build -- make release', code: 2, hint: 'run `deploytrack phase run build -- make …`' },
  { words: 'phase build -- make', code: 2, hint: 'run `deploytrack phase run build -- make`' },
  { words: 'phase run f -- my_function', code: 127, hint: 'check PATH; for a shell function, run `eval' },
  { words: 'phase run f -- cd x', code: 127, hint: 'use `bash -c` for what is built into the shell' },
  {
    words: 'migrate -- A=b npm ci',
    code: 127,
    hint: 'put `env` before it: `deploytrack migrate -- env A=…`',
  },
  {
    words: 'phase run sh no-such-word',
    code: 127,
    hint: '`deploytrack phase run <phase> -- sh no-such-word`',
  },
  { words: 'rollback --reason x start', code: 127, hint: '`deploytrack rollback start …`' },
  { words: 'smoke t --error x -- true', code: 2, hint: 'omit --error' },
])('$words exits with $code and hints at what to type, once', async ({ words, code, hint }) => {
  const end = await program.run(words.split(' '), {
    env: { DEPLOYTRACK_ID: 'd' },
  });
  expect(end.stderr).toContain(hint);
  expect(end.stderr.split('deploytrack: hint:')).toHaveLength(2);
  expect(end.code).toBe(code);
});

test('too many arguments are reported with the whole name of the command', async () => {
  const { stderr } = await program.run(['phase', 'start', 'x', 'y']);
  expect(stderr).toContain("too many arguments for 'phase start'");
});

test('report without an option summarizes the last 7 days', async () => {
  const [plain, week] = await Promise.all([
    program.run(['report']),
    program.run(['report', '--since', '7d']),
  ]);
  expect(plain.code).toBe(0);
  expect(plain.stdout.split('\n')[0]?.slice(0, 5)).toBe(week.stdout.split('\n')[0]?.slice(0, 5));
});

test('stats counts deployments that are in progress', async () => {
  expect((await program.run(['stats'])).stdout).toContain('1 more in progress');
});

test('health hints at its options at the first response without JSON, and tries again', async () => {
  let asked = 0;
  const server = createServer((_, answer) => {
    asked += 1;
    answer.end(asked === 1 ? 'ok' : '{"version":"1"}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, stderr } = await program.run(['health', url, '--interval', '10ms', '--id', 'd']);
  expect(code).toBe(0);
  expect(stderr.match(/--version-field <pointer>.*--any-version/g)).toHaveLength(1);
});

test('phase end takes the options of a wrapped phase, and an error alone means failed', async () => {
  const env = { DEPLOYTRACK_ID: 'd' };
  const ends = [
    ['phase', 'end', 'migration', '--count', '3', '--database-file', program.ledger],
    ['phase', 'end', 'extract', '--artifact', program.ledger, '--download-seconds', '2.5'],
    ['phase', 'end', 'tests', '--exit-code', '1', '--allow-failure'],
    ['phase', 'end', 'lint', '--status', 'failed', '--try'],
    ['phase', 'end', 'pack', '--error', 'boom'],
  ];
  for (const words of ends) {
    await program.quiet(['phase', 'start', words[2] ?? ''], { env });
    await program.quiet(words, { env });
  }
  const rows = program.rows(
    `SELECT s.stage, s.status, s.judged, s.error_message AS error, artifact_bytes > 0 AS artifact, download_seconds AS seconds,
     database_bytes > 0 AS base, m.migration_count AS count FROM deployment_stages s LEFT JOIN migrations m ON m.run_id = s.run_id
     WHERE s.stage IN ('migration', 'extract', 'tests', 'lint', 'pack') AND s.exit_code IS NOT 127`,
  );
  const none = { artifact: null, seconds: null, base: null, count: null };
  const good = { status: 'success', judged: 'yes', error: null };
  const bad = { status: 'failed', ...none };
  expect(rows).toEqual([
    { stage: 'migration', ...good, ...none, base: 1, count: 3 },
    { stage: 'extract', ...good, ...none, artifact: 1, seconds: 2.5 },
    { stage: 'tests', ...bad, judged: 'allowed', error: 'exit code 1' },
    { stage: 'lint', ...bad, judged: 'no', error: null },
    { stage: 'pack', ...bad, judged: 'yes', error: 'boom' },
  ]);
});

test('a plain rollback that is typed again is recorded and counted once', async () => {
  await program.quiet(['rollback', '--of', 'd']);
  const { code, stderr } = await program.run(['rollback', '--of', 'd']);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('was rolled back already'),
  });
  expect(program.rows('SELECT count(*) AS n FROM rollbacks WHERE success = 1')).toEqual([{ n: 1 }]);
});
