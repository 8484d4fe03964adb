import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notRoot } from '../support/because.ts';
import { type Front, inBatches, inShell, runFront } from './front.ts';

/** Signals that do not end a process by default, and second names of signals. */
const notEnding = 'CHLD CONT STOP TSTP TTIN TTOU URG WINCH IOT POLL UNUSED CLD'
  .split(' ')
  .map((name) => `SIG${name}`);

export const endingSignals = (Object.keys(constants.signals) as NodeJS.Signals[]).filter(
  (name) => !notEnding.includes(name),
);

export const everyCode = Array.from({ length: 256 }, (_, code) => code);
/** Those with a meaning to a shell, to a script or to us, and their neighbours. */
const tellingCodes = everyCode.filter(
  (code) =>
    code < 4 || code > 253 || [64, 75, 100, 123, 137, 143, 192].includes(code) || (code > 123 && code < 132),
);

/** How a wrapped command ends, as its caller sees it. Runs for every program that wraps a command. */
export function endingTests(front: Front, codes: readonly number[] = tellingCodes): void {
  test(`deploytrack exits with the exit code of the command: ${codes.length} codes`, {
    timeout: 240_000,
  }, async () => {
    const seen: Record<number, number | null> = {};
    await inBatches(codes, async (code) => {
      seen[code] = (await runFront(front, ['sh', '-c', `exit ${code}`])).code;
    });
    expect(seen).toEqual(Object.fromEntries(codes.map((code) => [code, code])));
  });

  test('deploytrack ends with the same signal as the command', { timeout: 60_000 }, async () => {
    const seen: Partial<Record<NodeJS.Signals, unknown>> = {};
    await inBatches(endingSignals, async (name) => {
      const end = await runFront(front, ['sh', '-c', `kill -${constants.signals[name]} $$`]);
      seen[name] = [end.code, end.signal];
    });
    expect(seen).toEqual(Object.fromEntries(endingSignals.map((name) => [name, [null, name]])));
  });

  test.skipIf(notRoot())(
    'deploytrack exits with 128 plus the signal number if no signal can end it, as the first process of a container',
    async () => {
      const first = { ...front, words: ['unshare', '-pf', '--mount-proc', ...front.words] };
      for (const [name, code] of [
        ['TERM', 143],
        ['KILL', 137],
        ['INT', 130],
      ] as const) {
        const end = await runFront(first, ['sh', '-c', `kill -${name} $$`]);
        expect([name, end.code, end.signal]).toEqual([name, code, null]);
      }
    },
  );

  test('a command that crashes leaves its own core file, and deploytrack writes no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deploytrack-test-'));
    const dump = 'ulimit -c unlimited 2>/dev/null; "$@"; cat core 2>/dev/null | wc -c';
    const run = (words: readonly string[]) =>
      runFront(inShell({ ...front, words }, dump), ['sh', '-c', 'kill -SEGV $$'], { cwd: folder });
    const without = Number((await run([])).stdout);
    const within = Number((await run(front.words)).stdout);
    // Zero if the system stores cores elsewhere. Two cores of one shell differ by some pages.
    expect(Math.abs(within - without)).toBeLessThanOrEqual(without / 4);
  });

  test('deploytrack exits with 127 if the command does not exist', async () => {
    const ends = await Promise.all(
      ['no-such-command-here', './no-such-file', ''].map((command) => runFront(front, [command, 'x'])),
    );
    expect(ends.map((end) => end.code)).toEqual([127, 127, 127]);
    expect(ends[0]?.stderr).toContain('no-such-command-here: command not found');
  });

  test('deploytrack exits with 127 and names the reason if the interpreter of a script does not exist', async () => {
    const script = executable('#!/no/such/interpreter\n');
    const end = await runFront(front, [script]);
    expect([end.code, end.stderr]).toEqual([127, expect.stringContaining('its interpreter does not exist')]);
  });

  test('deploytrack exits with 126 if the command is a file that is not executable, a folder or a path through a file', async () => {
    const file = executable('echo no\n');
    chmodSync(file, 0o644);
    const ends = await Promise.all(
      [file, tmpdir(), `${file}/x`].map((command) => runFront(front, [command])),
    );
    expect(ends.map((end) => end.code)).toEqual([126, 126, 126]);
    expect(ends[0]?.stderr).toContain(`${file}: permission denied`);
    expect(ends[1]?.stderr).toContain(`${tmpdir()}: is a folder`);
  });

  test('a script without a shebang line runs in sh, as with execvp', async () => {
    const end = await runFront(front, [executable('echo ran; exit 3\n')]);
    expect([end.stdout.toString(), end.code]).toEqual(['ran\n', 3]);
  });

  test('an argument that is not UTF-8 is rejected before anything runs', async () => {
    // Only a shell can pass such bytes: Node would encode them.
    const printing = (bytes: string) => inShell(front, `"$@" printf ran "$(printf '${bytes}')"`);
    const broken = await runFront(printing('\\377'), []);
    expect([broken.code, broken.stdout.toString()]).toEqual([126, '']);
    expect(broken.stderr).toContain('not valid UTF-8');
    const whole = await runFront(printing('\\357\\277\\275'), []);
    expect([whole.code, whole.stdout.toString()]).toEqual([0, 'ran']);
  });
}

function executable(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'deploytrack-test-')), 'command');
  writeFileSync(path, content, { mode: 0o755 });
  return path;
}
