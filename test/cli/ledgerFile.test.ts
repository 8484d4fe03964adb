import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { because, notRoot } from '../support/because.ts';
import { newProgram, type Program } from '../support/program.ts';
import { sharedGroup, strangerId } from '../support/strangers.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const mark = ['phase', 'start', 'x', '--id', 'd'];
const shell = (program: Program, line: string) =>
  spawnSync('sh', ['-c', line, 'sh', ...program.words], {
    cwd: program.folder,
    env: program.env,
    encoding: 'utf8',
  });

describe('Ledgers behind a link', () => {
  test('a ledger behind a link of this account is created at the target, with the files SQLite keeps next to it', async () => {
    const outer = newProgram();
    const [here, there] = ['here', 'there'].map((name) => join(outer.folder, name)) as [string, string];
    for (const folder of [here, there]) mkdirSync(folder);
    const real = newProgram({ ledger: join(there, 'real.db') });
    await real.run(mark);
    symlinkSync('../there/real.db', join(here, 'd.db'));
    const program = newProgram({ ledger: join(here, 'd.db') });
    await program.run(['phase', 'end', 'x', '--id', 'd']);
    expect(program.rows('SELECT stage, status FROM deployment_stages')).toEqual([
      { stage: 'x', status: 'success' },
    ]);
    expect(readdirSync(here)).toEqual(['d.db']);
  });

  test('a dangling link creates nothing in place of the ledger', async () => {
    const outer = newProgram();
    const program = newProgram({ ledger: join(outer.folder, 'd.db') });
    symlinkSync(join(outer.folder, 'victim'), program.ledger);
    expect(oneWarningWithHint(await program.run(mark))).toContain('victim, which does not exist');
    expect(existsSync(join(outer.folder, 'victim'))).toBe(false);
    expect((await program.run(['history'])).code).toBe(1);
  });

  test.skipIf(notRoot())(
    'a ledger behind a link of another account is not used, whatever the target',
    async () => {
      const real = newProgram();
      await real.run(mark);
      const before = readFileSync(real.ledger).toString('base64');
      const outer = newProgram();
      const program = newProgram({ ledger: join(outer.folder, 'd.db') });
      symlinkSync(real.ledger, program.ledger);
      lchownSync(program.ledger, strangerId, strangerId);
      expect(oneWarningWithHint(await program.run(mark))).toContain('it is a link of another account');
      expect((await program.run(['history'])).code).toBe(1);
      expect(readFileSync(real.ledger).toString('base64')).toBe(before);
    },
  );
});

describe('Empty files in place of the ledger', () => {
  test.skipIf(notRoot())('an empty file of another account is not used as a new ledger', async () => {
    const program = newProgram();
    writeFileSync(program.ledger, '');
    chownSync(program.ledger, strangerId, strangerId);
    expect(oneWarningWithHint(await program.run(mark))).toContain('it is an empty file of another account');
    expect(statSync(program.ledger)).toMatchObject({ size: 0, uid: strangerId });
  });

  test('an empty file of this account is used as a new ledger', async () => {
    const program = newProgram();
    writeFileSync(program.ledger, '', { mode: 0o644 });
    await program.run(mark);
    expect(program.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'x' }]);
    expect(statSync(program.ledger).mode & 0o777).toBe(0o600);
  });
});

describe('Ledger paths that are not files', () => {
  test('a pipe in place of the ledger is named as a pipe, and no command waits for it', async () => {
    const program = newProgram();
    shell(program, `mkfifo ${program.ledger}`);
    expect(oneWarningWithHint(await program.run(mark))).toContain(`${program.ledger} is a pipe, not a file`);
    expect((await program.run(['history'])).code).toBe(1);
  });

  test.skipIf(notRoot())(
    'a device in place of the ledger is named as a device, and no journal is created next to it',
    async () => {
      const program = newProgram();
      shell(program, `mknod ${program.ledger} c 1 3`);
      const line = oneWarningWithHint(await program.run(mark));
      expect(line).toContain('is a device, not a file');
      expect(line).toContain('saved to ');
      expect(readdirSync(program.folder).filter((name) => name.endsWith('.journal'))).toEqual([]);
    },
  );
});

test('a ledger path that ends in blanks means the same file for the ledger and all files next to it', async () => {
  const program = newProgram();
  const blank = { env: { DEPLOYTRACK_LEDGER: `${program.ledger} \t` } };
  await program.run(mark, blank);
  await program.run(['phase', 'end', 'x', '--id', 'd', '--ledger', `${program.ledger} `]);
  expect(program.rows('SELECT stage, status FROM deployment_stages')).toEqual([
    { stage: 'x', status: 'success' },
  ]);
  expect(readdirSync(program.folder).filter((name) => name !== name.trim())).toEqual([]);
});

test.each(['0777', '0000'])(
  'files and folders get the documented permissions with umask %s',
  async (umask) => {
    const outer = newProgram();
    const program = newProgram({ ledger: join(outer.folder, 'a', 'b', 'd.db') });
    const line = `umask ${umask}; "$@" ${mark.join(' ')}`;
    expect(shell(program, line).status).toBe(0);
    const modes = ['a', 'a/b', 'a/b/d.db', 'a/b/d.db-wal'].map(
      (name) => statSync(join(outer.folder, name)).mode & 0o777,
    );
    expect(modes.slice(0, 3)).toEqual([0o700, 0o700, 0o600]);
    expect(program.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'x' }]);
  },
);

describe('File systems that refuse chmod', () => {
  /** Simulates SMB, Azure Files and vfat, where every file has the permissions of the mount. */
  function refusing(program: Program): string {
    const source = join(program.folder, 'stub.c');
    writeFileSync(
      source,
      `#include <errno.h>
#include <sys/stat.h>
int chmod(const char *path, mode_t mode) { errno = EPERM; return -1; }
int fchmod(int file, mode_t mode) { errno = EPERM; return -1; }
`,
    );
    const stub = join(program.folder, 'stub.so');
    const made = spawnSync('gcc', ['-shared', '-fPIC', '-o', stub, source], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(made.stderr);
    return stub;
  }

  test.skipIf(because(spawnSync('gcc', ['--version']).status !== 0, 'no C compiler (gcc)'))(
    'ledger, journal and textfile work if chmod is refused, and one warning says who may read them',
    async () => {
      const program = newProgram();
      const textfiles = join(program.folder, 'textfiles');
      mkdirSync(textfiles);
      const stub = refusing(program);
      // The file system gives permissions that deploytrack would not have given.
      const start = `umask 0277; LD_PRELOAD=${stub} "$@" start --deployment app --version 1 --textfile ${textfiles} --strict`;
      const begun = shell(program, start);
      expect(begun.status).toBe(0);
      const lines = begun.stderr.split('\n').filter((line) => line.startsWith('deploytrack: warning: '));
      expect(lines.filter((line) => line.includes('other accounts may read it'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('node_exporter may not be able to read'))).toHaveLength(1);
      expect(lines).toHaveLength(2);
      expect(readdirSync(textfiles)).toEqual([expect.stringMatching(/\.prom$/)]);
      expect(program.rows('SELECT version FROM deployment_metrics')).toEqual([{ version: '1' }]);
      mkdirSync(`${program.ledger}-journal`);
      const id = begun.stdout.trim();
      const kept = shell(program, `umask 0277; LD_PRELOAD=${stub} "$@" phase start x --id ${id}`);
      expect(kept.stderr).toContain(`saved to ${program.ledger}.journal`);
    },
  );
});

describe.skipIf(notRoot())('doctor and file permissions', () => {
  const wrong = async (program: Program) => {
    const { code, stdout } = await program.run(['doctor']);
    const lines = stdout.split('\n').filter((line) => line.startsWith('WRONG'));
    expect(code).toBe(lines.length === 0 ? 0 : 1);
    return lines;
  };
  const made = async () => {
    const outer = newProgram();
    mkdirSync(join(outer.folder, 'state'), { mode: 0o700 });
    const program = newProgram({ ledger: join(outer.folder, 'state', 'd.db') });
    await program.run(['start', '--deployment', 'app', '--version', '1']);
    return { program, folder: join(outer.folder, 'state') };
  };

  test('doctor names a folder and a ledger that others may write', async () => {
    const { program, folder } = await made();
    expect(await wrong(program)).toEqual([]);
    chmodSync(folder, 0o777);
    expect(await wrong(program)).toEqual([
      expect.stringMatching(/other accounts can write to the ledger's folder .*chmod/),
    ]);
    chmodSync(folder, 0o770);
    expect(await wrong(program)).toHaveLength(1);
    chmodSync(folder, 0o700);
    chmodSync(program.ledger, 0o666);
    expect(await wrong(program)).toEqual([
      expect.stringMatching(/other accounts can write to .*d\.db \(hint: run `chmod go-w/),
    ]);
  });

  test('doctor names a journal that others may write', async () => {
    const { program } = await made();
    writeFileSync(`${program.ledger}.journal`, '');
    chmodSync(`${program.ledger}.journal`, 0o666);
    expect(await wrong(program)).toEqual([expect.stringContaining('d.db.journal')]);
  });

  test('doctor names a ledger and folder of another account, but not those of the account that called sudo', async () => {
    const { program, folder } = await made();
    for (const path of [folder, program.ledger]) chownSync(path, strangerId, strangerId);
    expect(await wrong(program)).toEqual([
      expect.stringContaining(`${folder} belongs to another account (${strangerId})`),
      expect.stringContaining(`${program.ledger} belongs to another account (${strangerId})`),
    ]);
    const sudo = await program.run(['doctor'], { env: { SUDO_UID: String(strangerId) } });
    expect(sudo.stdout).not.toContain('belongs to another account');
  });

  test('doctor accepts the group that shares a ledger', async () => {
    const { program, folder } = await made();
    await program.run(['init', '--group', sharedGroup().name]);
    expect(await wrong(program)).toEqual([]);
    expect((await program.run(['doctor'])).stdout).toContain(
      `the accounts of group ${sharedGroup().id} share the ledger`,
    );
    chmodSync(folder, 0o2777);
    expect(await wrong(program)).toHaveLength(1);
  });

  test('init --group rejects a folder that is not used for the ledger alone', async () => {
    const { program, folder } = await made();
    chmodSync(folder, 0o1777);
    const end = await program.run(['init', '--group', sharedGroup().name]);
    expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('holds more than the ledger')]);
    expect(statSync(folder).mode & 0o7777).toBe(0o1777);
  });
});
