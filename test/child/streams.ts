import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Front, inShell, runFront, runInTerminal } from './front.ts';

/**
 * What a wrapped command sees of its surroundings, and what they see of it. Runs for every program that wraps
 * one.
 */
export function streamTests(front: Front): void {
  test('10 MB of stdin reach the command byte for byte', async () => {
    const stdin = randomBytes(10_000_000);
    const end = await runFront(front, ['sha256sum'], { stdin });
    expect(end.stdout.toString().split(' ')[0]).toBe(sha256(stdin));
  });

  test('stdin that the command does not read stays unread', async () => {
    const stdin = Buffer.from('abc');
    const end = await runFront(inShell(front, '"$@"; cat'), ['true'], { stdin });
    expect(end.stdout.toString()).toBe('abc');
  });

  test('50 MB of stdout are passed on byte for byte', { timeout: 30_000 }, async () => {
    const content = randomBytes(5_000_000);
    const file = join(mkdtempSync(join(tmpdir(), 'deploytrack-test-')), 'content');
    writeFileSync(file, content);
    const end = await runFront(front, ['cat', ...Array<string>(10).fill(file)]);
    expect(end.code).toBe(0);
    expect(sha256(end.stdout)).toBe(sha256(Buffer.concat(Array<Buffer>(10).fill(content))));
  });

  test('a reader that goes away ends the command and deploytrack by SIGPIPE', async () => {
    const end = await runFront(inShell(front, '"$@" | head -1; echo "$PIPESTATUS"'), ['yes']);
    expect(end.stdout.toString()).toBe('y\n141\n');
  });

  test('arguments, environment, working folder, umask and niceness are the same as without deploytrack', async () => {
    const look = ['sh', '-c', 'printf "<%s>" "$@"; echo; env | sort | grep -v ^_=; pwd; umask; nice', 'sh'];
    const args = [
      '',
      ' a  b ',
      '*',
      '--version',
      '-h',
      '--',
      '$HOME',
      '"',
      "'",
      '\\',
      'a\nb',
      'ü€😀',
      '\uFEFFx',
    ];
    const env = { ...(front.env ?? process.env), EMPTY: '', UMLAUT: 'ü', LINES_OF: 'a\nb' };
    const run = (words: readonly string[]) =>
      runFront(inShell({ words, env }, 'umask 027; exec nice -n 5 "$@"'), [...look, ...args], {
        cwd: '/usr',
      });
    const within = await run(front.words);
    const without = await run([]);
    expect(within.stdout.toString()).toBe(without.stdout.toString());
    expect(within.stdout.toString()).toContain('/usr\n0027\n5\n');
  });

  test('a terminal stays a terminal of the same size for the command', async () => {
    const end = await runInTerminal(front, [
      'sh',
      '-c',
      'test -t 0 && test -t 1 && test -t 2 && stty size; exit 6',
    ]);
    expect([end.output, end.code]).toEqual(['43 132\n', 6]);
  });

  test('terminal modes are restored at exit', async () => {
    const end = await runInTerminal(front, ['stty', '-echo']);
    expect([end.code, end.echo_before, end.echo_after]).toEqual([0, true, true]);
    expect((await runInTerminal({ words: [] }, ['stty', '-echo'])).echo_after).toBe(false);
  });

  test('closed standard streams become /dev/null', async () => {
    const look = 'for n in 0 1 2; do [ /proc/self/fd/$n -ef /dev/null ] || exit 1; done; exit 4';
    const end = await runFront(inShell(front, '"$@" <&- >&- 2>&-'), ['sh', '-c', look]);
    expect(end.code).toBe(4);
  });

  test('a command runs in a working folder that was removed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deploytrack-test-'));
    const end = await runFront(inShell(front, `rmdir ${folder}; "$@"`), ['sh', '-c', 'exit 8'], {
      cwd: folder,
    });
    expect(end.code).toBe(8);
    expect(() => rmdirSync(folder)).toThrow('ENOENT');
  });
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
