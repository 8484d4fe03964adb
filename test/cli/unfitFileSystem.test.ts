import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { buildStub, hasCompiler } from '../support/preloadedStubs.ts';
import { newProgram, startDeployment } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

/** File systems that lack what SQLite needs, simulated by preloaded libc functions. */
const lacking = {
  'refuses locks (WSL, SMB, NFS without them)': 'noLocks',
  'refuses shared memory': 'noSharedMemory',
} as const;

const isLinux = process.platform === 'linux';

describe
  .skipIf(because(!isLinux, 'not Linux') || because(!hasCompiler(), 'no C compiler (gcc)'))
  .each(Object.entries(lacking))('File system that %s', (_, stub) => {
  let library = '';
  beforeAll(() => {
    library = buildStub(newProgram().folder, stub);
  });
  const fits =
    /cannot be used: SQLite cannot work on its file system \([^)]+\)[^\n]*(\n.*| \()hint: set a file on a local disk with --ledger/;

  test.each(['new', 'there already'])(
    'an unsuitable file system is named as the cause if the ledger is %s, and no process is blamed for a lock',
    async (which) => {
      const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '100ms' } });
      if (which !== 'new') await startDeployment(program);
      const env = { LD_PRELOAD: library };
      const marked = await program.run(['phase', 'record', 'x', '--duration', '1s', '--id', 'd'], { env });
      const line = oneWarningWithHint(marked);
      expect(line).toMatch(fits);
      expect(line).toContain('the mark was saved to');
      const read = await program.run(['history'], { env });
      expect([read.code, read.stdout]).toEqual([1, '']);
      const doctor = await program.run(['doctor'], { env });
      for (const said of [read.stderr, doctor.stdout]) {
        expect(said).toMatch(fits);
        expect(said).not.toMatch(/fuser|locked by another process|run `deploytrack doctor`/);
      }
    },
  );
});

test('a ledger path too long for SQLite is named as such, and the longest possible path works', async () => {
  const { folder, ...program } = newProgram();
  const pathOf = (bytes: number) => {
    const start = join(folder, 'a'.repeat(200), 'b'.repeat(200));
    mkdirSync(start, { recursive: true });
    return join(start, 'c'.repeat(bytes - start.length - 1));
  };
  const [fits, long] = [pathOf(504), pathOf(505)];
  const asked = (ledger: string, ...words: string[]) => program.run([...words, '--ledger', ledger]);
  expect(await asked(fits, 'start', '--deployment', 'app', '--version', '1')).toMatchObject({
    code: 0,
    stderr: '',
  });
  const begun = await asked(long, 'start', '--deployment', 'app', '--version', '1');
  expect(oneWarningWithHint(begun)).toMatch(
    /its path has 505 bytes, SQLite allows 504; the mark was saved to .*\n.*hint: set a shorter path with --ledger; import its journal with `deploytrack import`/,
  );
  const doctor = await asked(long, 'doctor');
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/WRONG .* its path has 505 bytes/)]);
  const stats = await asked(long, 'stats', '--budget');
  expect([stats.code, stats.stdout, stats.stderr]).toEqual([
    1,
    '',
    expect.stringMatching(/its path has 505 bytes/),
  ]);
});
