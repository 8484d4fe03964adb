import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { newProgram, type Program } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const mark = ['phase', 'start', 'x', '--id', 'd'];

describe('Marks that are saved elsewhere', () => {
  /** Neither the ledger nor the place next to it accepts marks. */
  const blocked = (fallback: string) => {
    const program = newProgram({ env: { DEPLOYTRACK_JOURNAL_FALLBACK: fallback } });
    mkdirSync(program.ledger);
    mkdirSync(`${program.ledger}.journal`);
    return program;
  };

  test.skipIf(because(!isMemory('/dev/shm'), '/dev/shm is not in memory'))(
    'a mark saved in memory comes with a warning that it does not survive a reboot',
    async () => {
      const folder = mkdtempSync('/dev/shm/deploytrack-test-');
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const line = oneWarningWithHint(await blocked(folder).run(mark));
      expect(line).toMatch(/the mark was saved to \/dev\/shm\/.* until the next reboot; the next command/);
    },
  );

  test('a mark saved in the temporary folder comes with the same warning', async () => {
    const program = newProgram();
    const temporary = join(program.folder, 'tmp');
    mkdirSync(temporary);
    const other = blocked(temporary);
    const line = oneWarningWithHint(await other.run(mark, { env: { TMPDIR: temporary } }));
    expect(line).toContain('until the next reboot');
  });

  test.skipIf(because(isMemory(tmpdir()), 'the temporary folder is in memory'))(
    'a mark saved on disk comes without that warning',
    async () => {
      const folder = join(newProgram().folder, 'kept');
      const line = oneWarningWithHint(await blocked(folder).run(mark));
      expect(line).toContain(`the mark was saved to ${folder}`);
      expect(line).not.toContain('reboot');
    },
  );
});

describe.skipIf(because(spawnSync('strace', ['-V']).status !== 0, 'no strace'))(
  'On disk when the command returns',
  () => {
    test('every folder created for a ledger is synced through the folder above it', () => {
      const outer = newProgram();
      const program = newProgram({ ledger: join(outer.folder, 'a', 'b', 'd.db') });
      const synced = syncedBy(program);
      for (const folder of [outer.folder, join(outer.folder, 'a'), join(outer.folder, 'a', 'b')])
        expect(synced).toContain(folder);
    });

    test('a new journal is synced by its content, and once by its folder', () => {
      const program = newProgram();
      mkdirSync(program.ledger);
      const journal = `${program.ledger}.journal`;
      const first = syncedBy(program);
      expect(first.indexOf(journal)).toBeGreaterThanOrEqual(0);
      expect(first.indexOf(dirname(journal))).toBeGreaterThan(first.indexOf(journal));
      const second = syncedBy(program);
      expect(second).toContain(journal);
      expect(second).not.toContain(dirname(journal));
    });

    test('a file that export writes is synced by its content before it gets its name, and by its folder', async () => {
      const program = newProgram();
      await program.quiet(['start', '--deployment', 'app', '--version', '1']);
      const synced = syncedBy(program, ['export', '--out', 'all.jsonl']);
      const content = synced.findIndex((path) => basename(path).startsWith('.deploytrack-'));
      expect(content).toBeGreaterThanOrEqual(0);
      expect(synced.lastIndexOf(program.folder)).toBeGreaterThan(content);
    });
  },
);

/** The paths that a command syncs, in order. */
function syncedBy(program: Program, command: readonly string[] = mark): string[] {
  const log = join(program.folder, 'calls');
  const words = ['-f', '-y', '-e', 'trace=fsync,fdatasync', '-o', log, ...program.words, ...command];
  spawnSync('strace', words, { cwd: program.folder, env: program.env });
  return [...readFileSync(log, 'utf8').matchAll(/f(?:data)?sync\(\d+<([^>]*)>\) += 0/g)].map(
    ([, path = '']) => path,
  );
}

function isMemory(folder: string): boolean {
  return existsSync(folder) && statfsSync(folder).type === 0x0102_1994;
}
