import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { notRoot } from '../support/because.ts';
import { endOf, newProgram, type Program, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Every command that writes one file whose name the user gives. */
const outputs = [
  ['export', (path: string) => ['export', '--out', path]],
  ['report', (path: string) => ['report', '--since', '7d', '--out', path]],
] as const;

async function withDeployment(): Promise<Program> {
  const program = newProgram();
  await startDeployment(program);
  return program;
}

describe.each(outputs)('%s --out with one file', (_, args) => {
  test.skipIf(notRoot())('--out writes to a device and leaves it a device', async () => {
    const program = await withDeployment();
    const device = join(program.folder, 'null');
    execFileSync('mknod', ['-m', '666', device, 'c', '1', '3']); // a copy of /dev/null, never the real one
    await program.quiet(args(device));
    const stat = lstatSync(device);
    expect([stat.isCharacterDevice(), stat.rdev]).toEqual([true, statSync('/dev/null').rdev]);
  });

  test('--out writes to the reader of a pipe and leaves it a pipe', async () => {
    const program = await withDeployment();
    const pipe = join(program.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'ignore'] });
    const read = text(reader.stdout);
    await program.quiet(args(pipe));
    expect((await read).length).toBeGreaterThan(100);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test('--out follows a link, even to a file that does not exist yet, and leaves the link', async () => {
    const program = await withDeployment();
    mkdirSync(join(program.folder, 'there'));
    writeFileSync(join(program.folder, 'there', 'target'), 'old', { mode: 0o640 });
    symlinkSync('there/target', join(program.folder, 'link'));
    symlinkSync('link', join(program.folder, 'second'));
    symlinkSync('there/new', join(program.folder, 'dangling'));
    for (const [link, target] of [
      ['second', 'target'],
      ['dangling', 'new'],
    ] as const) {
      await program.quiet(args(link));
      expect(lstatSync(join(program.folder, link)).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(program.folder, 'there', target), 'utf8').length).toBeGreaterThan(100);
    }
    expect(readdirSync(join(program.folder, 'there')).sort()).toEqual(['new', 'target']);
  });

  test('--out preserves the permissions of an existing file and creates a new one for its owner only', async () => {
    const program = await withDeployment();
    const [old, fresh] = [join(program.folder, 'old'), join(program.folder, 'fresh')];
    writeFileSync(old, 'old');
    chmodSync(old, 0o664);
    await program.quiet(args(old));
    await program.quiet(args(fresh));
    expect([old, fresh].map((path) => statSync(path).mode & 0o777)).toEqual([0o664, 0o600]);
  });

  test('--out with a folder or a pipe without a reader fails in time with the reason', async () => {
    const program = await withDeployment();
    execFileSync('mkfifo', [join(program.folder, 'pipe')]);
    for (const [name, why] of [
      ['pipe', 'no process reads it'],
      ['.', 'it is a folder'],
    ] as const) {
      const end = await program.run(args(name));
      expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining(`cannot be written`) });
      expect(end.stderr).toContain(why);
    }
  });

  test.skipIf(notRoot())(
    '--out on an almost full disk leaves the old file complete and nothing next to it',
    async () => {
      const program = await withDeployment();
      // The last line alone is longer than a page, so the disk is full in the middle of it.
      await program.quiet(['phase', 'record', 'x', '--duration', '1s', '--error', 'e'.repeat(6000)]);
      mkdirSync(join(program.folder, 'small'));
      await program.quiet(args('whole'));
      const pages = Math.ceil(statSync(join(program.folder, 'whole')).size / 4096); // one page is for the existing file
      const script = `mount -t tmpfs -o size=${pages * 4}k none small && echo precious > small/f && "$@"; code=$?
      cat small/f; ls -A small; exit $code`;
      const words = ['-m', 'sh', '-c', script, 'sh', ...program.words, ...args('small/f')];
      const end = await endOf(
        spawn('unshare', words, { cwd: program.folder, env: program.env, stdio: ['ignore', 'pipe', 'pipe'] }),
      );
      expect(end).toEqual({
        code: 1,
        signal: null,
        stdout: 'precious\nf\n',
        stderr: expect.stringContaining('ENOSPC'),
      });
    },
  );

  test('several commands that write the same --out file at once do not mix their output', async () => {
    const program = await withDeployment();
    mkdirSync(join(program.folder, 'same.partial')); // a temporary name that already exists is not used
    const ends = await Promise.all(Array.from({ length: 4 }, () => program.run(args('same'))));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const whole = readFileSync(join(program.folder, 'same'), 'utf8');
    expect(whole).toMatch(/(\}|<\/html>)\s*$/);
    expect(readdirSync(program.folder).filter((name) => name.startsWith('.deploytrack-'))).toEqual([]);
  });
});

describe.each(['dashboards', 'rules'])('%s --out with a folder', (word) => {
  test('--out with a folder writes through links', async () => {
    const program = newProgram();
    await program.run([word, '--out', 'first']);
    const [name = ''] = readdirSync(join(program.folder, 'first')).sort();
    mkdirSync(join(program.folder, 'out'));
    writeFileSync(join(program.folder, 'elsewhere'), 'old');
    symlinkSync('../elsewhere', join(program.folder, 'out', name));
    const end = await program.run([word, '--out', 'out']);
    expect(end.code).toBe(0);
    expect(lstatSync(join(program.folder, 'out', name)).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(program.folder, 'elsewhere'))).toEqual(
      readFileSync(join(program.folder, 'first', name)),
    );
  });
});

test('export --out /dev/stdout writes to standard output and appends if the shell appends', async () => {
  const program = await withDeployment();
  const whole = await program.quiet(['export']);
  const words = ['-c', 'echo before > f; "$@" --out /dev/stdout >> f; cat f', 'bash', ...program.words];
  const end = await endOf(spawn('bash', [...words, 'export'], { cwd: program.folder, env: program.env }));
  expect(end.stdout).toBe(`before\n${whole}\n`);
});

test('export --out /dev/stdout into a full device exits with 1 and the reason', async () => {
  const program = await withDeployment();
  const words = ['-c', '"$@" export --out /dev/stdout > /dev/full', 'bash', ...program.words];
  const end = await endOf(spawn('bash', words, { cwd: program.folder, env: program.env }));
  expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('cannot be written (ENOSPC)')]);
});

test.skipIf(notRoot())('a link of another account in a shared folder is not followed by --out', async () => {
  const program = await withDeployment();
  const folder = join(program.folder, 'for-all');
  mkdirSync(folder);
  chmodSync(folder, 0o1777);
  symlinkSync(join(program.folder, 'victim'), join(folder, 'link'));
  execFileSync('chown', ['-h', '54321', join(folder, 'link')]);
  const end = await program.run(['export', '--out', join(folder, 'link')]);
  expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining('link of another account') });
  expect(existsSync(join(program.folder, 'victim'))).toBe(false);
});
