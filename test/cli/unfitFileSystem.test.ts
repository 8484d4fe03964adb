import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { newProgram, startDeployment } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

/** File systems that lack what SQLite needs, simulated by preloaded libc functions. */
const stubs = {
  'refuses locks (WSL, SMB, NFS without them)': `
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdarg.h>
    static int call(const char *name, int fd, int cmd, void *with) {
      if (cmd == F_SETLK || cmd == F_SETLKW) { errno = ENOLCK; return -1; }
      return ((int (*)(int, int, ...))dlsym(RTLD_NEXT, name))(fd, cmd, with);
    }
    int fcntl(int fd, int cmd, ...) { va_list l; va_start(l, cmd); void *a = va_arg(l, void *); va_end(l); return call("fcntl", fd, cmd, a); }
    int fcntl64(int fd, int cmd, ...) { va_list l; va_start(l, cmd); void *a = va_arg(l, void *); va_end(l); return call("fcntl64", fd, cmd, a); }`,
  'refuses shared memory': `
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <sys/mman.h>
    void *mmap(void *a, size_t n, int p, int f, int fd, off_t o) {
      if (fd >= 0 && (f & MAP_SHARED)) { errno = ENODEV; return MAP_FAILED; }
      return ((void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, "mmap"))(a, n, p, f, fd, o);
    }
    void *mmap64(void *a, size_t n, int p, int f, int fd, off_t o) { return mmap(a, n, p, f, fd, o); }`,
};

const isLinux = process.platform === 'linux';
const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

describe
  .skipIf(because(!isLinux, 'not Linux') || because(!hasCompiler, 'no C compiler (gcc)'))
  .each(Object.entries(stubs))('File system that %s', (_, source) => {
  const folder = newProgram().folder;
  const library = join(folder, 'stub.so');
  beforeAll(() => {
    writeFileSync(join(folder, 'stub.c'), source);
    const built = spawnSync('gcc', ['-shared', '-fPIC', '-o', library, join(folder, 'stub.c'), '-ldl'], {
      encoding: 'utf8',
    });
    if (built.status !== 0) throw new Error(built.stderr);
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
