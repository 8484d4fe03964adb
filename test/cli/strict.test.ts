import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, startDeployment } from '../support/program.ts';
import { oneWarningWithHint, usageErrorWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

const strict = { env: { DEPLOYTRACK_STRICT: '1' } };

describe('DEPLOYTRACK_STRICT=1 without a known version', () => {
  test.each([
    ['init', '--deployment', 'gateway'],
    ['history', '--deployment', 'gateway'],
    ['stats'],
    ['push', '--dry-run'],
    ['doctor'],
    ['completion', 'bash'],
  ])('%s needs no version with DEPLOYTRACK_STRICT=1', async (...words) => {
    const program = newProgram(strict);
    expect((await program.run(words)).stderr).not.toContain('no version was given');
    expect((await program.run(words)).code).toBe(0);
  });

  test.each([
    ['start', '--deployment', 'gateway'],
    ['run', '--deployment', 'gateway', '--', 'true'],
  ])(
    '%s without a version is rejected with DEPLOYTRACK_STRICT=1 before anything is written',
    async (...words) => {
      const program = newProgram(strict);
      expect(usageErrorWithHint(await program.run(words))).toContain('missing version');
    },
  );

  test('later commands of a deployment, and a `start` or `run` that joins a run, need no version with DEPLOYTRACK_STRICT=1', async () => {
    const program = newProgram(strict);
    const id = await startDeployment(program);
    await program.quiet(['extract', '--id', id, '--', 'true']);
    await program.quiet(['finish', '--id', id]);
    const d = program.words.join(' ');
    const text = `${d} start --deployment app && ${d} run --deployment app -- true`;
    expect(
      await program.run([
        'run',
        '--deployment',
        'app',
        '--version',
        '2',
        '--id',
        'outer',
        '--',
        'sh',
        '-c',
        text,
      ]),
    ).toMatchObject({ code: 0, stdout: 'outer\n', stderr: '' });
  });
});

test('an invalid setting with DEPLOYTRACK_STRICT=1 runs no command', async () => {
  const program = newProgram({ env: { ...strict.env, DEPLOYTRACK_LEDGER_TIMEOUT: 'soon' } });
  const words = ['phase', 'run', 'x', '--id', 'd', '--', 'touch', 'ran'];
  expect(usageErrorWithHint(await program.run(words))).toContain('DEPLOYTRACK_LEDGER_TIMEOUT');
  expect(existsSync(join(program.folder, 'ran'))).toBe(false);
});

test('a warning after which everything was recorded does not change the exit code with DEPLOYTRACK_STRICT=1', async () => {
  const program = newProgram({ env: { ...strict.env, DEPLOYTRACK_LEDGER: 'state/x.db' } });
  const end = await program.run(['start', '--deployment', 'app', '--version', '1']);
  expect(oneWarningWithHint(end)).toContain('is a relative path');
  expect(end.code).toBe(0);
});
