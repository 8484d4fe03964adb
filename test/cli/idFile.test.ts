import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const start = ['start', '--deployment', 'app', '--version', '1'];

function withFile(): { program: Program; path: string } {
  const program = newProgram({ env: { DEPLOYTRACK_ID_FILE: 'id' } });
  return { program, path: join(program.folder, 'id') };
}
const statuses = (program: Program) =>
  program
    .rows('SELECT deployment_status AS status FROM deployment_metrics ORDER BY id')
    .map(({ status }) => status);

describe('Option `--id-file`', () => {
  test('run writes the ID for steps that do not get its environment, and removes it at the end', async () => {
    const { program, path } = withFile();
    const script = 'cat id; env -u DEPLOYTRACK_ID "$0" "$1" phase run step -- true';
    const printed = await program.quiet(
      ['run', '--deployment', 'app', '--version', '1', '--', 'sh', '-c', script, ...program.words],
      { env: { DEPLOYTRACK_GATEWAY_TIMEOUT: '1s' } },
    );
    expect(program.rows('SELECT deployment_id AS id, stage FROM deployment_stages')).toEqual([
      { id: printed, stage: 'step' },
    ]);
    expect(existsSync(path)).toBe(false);
  });

  test('start writes the ID for this account only, every command reads it, and finish removes it', async () => {
    const { program, path } = withFile();
    writeFileSync(path, 'an-older-one\n', { mode: 0o644 });
    const id = await program.quiet(start);
    expect([readFileSync(path, 'utf8'), lstatSync(path).mode & 0o777]).toEqual([`${id}\n`, 0o600]);
    await program.quiet(['start', '--deployment', 'other', '--version', '1', '--id-file', 'other']);
    for (const words of [
      ['phase', 'start', 'a'],
      ['phase', 'end', 'a'],
      ['phase', 'record', 'b', '--duration', '1s'],
      ['phase', 'run', 'c', '--', 'true'],
      ['migrate', '--', 'true'],
      ['smoke', 'login', '--', 'true'],
      ['error-rate', '0.1'],
      ['cost', 'vm', '1'],
    ])
      await program.quiet(words);
    expect(await program.quiet(['show'])).toContain(id);
    const stages = program.rows('SELECT DISTINCT deployment_id AS id FROM deployment_stages');
    expect([stages, program.rows('SELECT deployment_id AS id FROM smoke_tests')]).toEqual([
      [{ id }],
      [{ id }],
    ]);
    await program.quiet(['finish']);
    expect([existsSync(path), existsSync(join(program.folder, 'other'))]).toEqual([false, true]);
    expect(statuses(program)).toEqual(['success', 'in-progress']);
    // The trap of a script that has finished.
    expect(await program.run(['finish', '--on-exit', '7'])).toMatchObject({ code: 7, stderr: '' });
  });

  test('--id and DEPLOYTRACK_ID come before the file, and finish leaves the file of another deployment', async () => {
    const { program, path } = withFile();
    await program.quiet([...start, '--id', 'a']);
    await program.quiet([...start, '--id', 'b', '--id-file', 'unused', '--environment', 'staging']);
    await program.quiet(['phase', 'run', 'x', '--id', 'b', '--', 'true']);
    await program.quiet(['phase', 'run', 'y', '--', 'true'], { env: { DEPLOYTRACK_ID: 'b' } });
    expect(program.rows('SELECT DISTINCT deployment_id AS id FROM deployment_stages')).toEqual([{ id: 'b' }]);
    oneWarningWithHint(await program.run(['phase', 'start', 'z'], { env: { DEPLOYTRACK_ID: '' } }));
    await program.quiet(['finish', '--id', 'b']);
    expect(readFileSync(path, 'utf8')).toBe('a\n');
    expect(await program.run(['finish', '--on-exit', '3'])).toMatchObject({ code: 3, stderr: '' });
    expect([existsSync(path), statuses(program)]).toEqual([false, ['failed', 'success']]);
  });

  test('a missing file counts as not set, and a CI ID in the file is the same deployment', async () => {
    const { program, path } = withFile();
    const id = await program.quiet([...start, '--id', 'a%2Fb#1', '--id-file', 'elsewhere']);
    await program.quiet(['phase', 'run', 'x', '--', 'true']);
    writeFileSync(path, '\ufeffa%2Fb#1\r\n');
    await program.quiet(['phase', 'run', 'y', '--', 'true']);
    expect(program.rows('SELECT deployment_id AS id, stage FROM deployment_stages')).toEqual([
      { id, stage: 'x' },
      { id, stage: 'y' },
    ]);
  });

  test.each([
    ['empty', (path: string) => writeFileSync(path, '\n'), 'is empty'],
    ['of several lines', (path: string) => writeFileSync(path, 'a\nb\n'), 'not one line'],
    ['too long', (path: string) => writeFileSync(path, 'a'.repeat(5000)), 'larger than 4096 bytes'],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path]), 'not a regular file'],
    ['a folder', (path: string) => void mkdirSync(path), 'not a regular file'],
    ['a link', (path: string) => symlinkSync('/etc/hostname', path), 'it is a link'],
  ])(
    'with an ID file that is %s the command runs, and one warning says why nothing is recorded',
    async (_, make, why) => {
      const { program, path } = withFile();
      make(path);
      const end = await program.run(['phase', 'run', 'x', '--', 'sh', '-c', 'exit 3']);
      expect([end.code, end.stderr]).toEqual([3, expect.stringContaining(why)]);
      expect(end.stderr).toMatch(/^[^\n]*nothing was recorded\n[^\n]*hint: [^\n]*\n$/);
    },
  );

  test.each([
    ['a link', (path: string) => symlinkSync('target', path), 'it is a link'],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path]), 'not a regular file'],
    ['a folder', (path: string) => void mkdirSync(path), 'not a regular file'],
  ])('start prints the ID and does not write through %s', async (_, make, why) => {
    const { program, path } = withFile();
    writeFileSync(join(program.folder, 'target'), 'kept');
    make(path);
    const before = lstatSync(path).mode;
    const end = await program.run(start);
    expect([end.code, end.stdout]).toEqual([0, expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{8}\n$/)]);
    expect(end.stderr).toContain(why);
    expect([readFileSync(join(program.folder, 'target'), 'utf8'), lstatSync(path).mode]).toEqual([
      'kept',
      before,
    ]);
  });

  test('the file of a settings file is relative to it, and start warns if the folder is missing', async () => {
    const program = newProgram();
    const below = join(program.folder, 'below');
    mkdirSync(below);
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'id-file: .id\n');
    chmodSync(program.folder, 0o755);
    const id = await program.quiet(start, { cwd: below });
    expect(readFileSync(join(program.folder, '.id'), 'utf8')).toBe(`${id}\n`);
    const end = await program.run([...start, '--environment', 'b', '--id-file', 'no/such/folder/id']);
    expect([end.code, end.stderr]).toEqual([0, expect.stringContaining('ENOENT')]);
  });
});
