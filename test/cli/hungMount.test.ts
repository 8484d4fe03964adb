import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { isOnRemoteMount } from '../../src/files/remoteMount.ts';
import { because } from '../support/because.ts';
import { endOf, newProgram, type ProgramEnd, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 120_000 });

const fixture = fileURLToPath(new URL('../fixtures/hungMount.py', import.meta.url));
const mayMount = process.getuid?.() === 0 && existsSync('/dev/fuse');

/**
 * Runs the program next to a folder `hung`, and a link `link` into it; every access to them hangs forever.
 */
async function besideHungMount(
  args: readonly string[],
  { env = {}, start = [] }: { env?: Record<string, string>; start?: readonly string[] } = {},
): Promise<ProgramEnd & { rows: Record<string, unknown>[] }> {
  const program = newProgram();
  const id = await startDeployment(program, ...start);
  mkdirSync(join(program.folder, 'hung'));
  symlinkSync('hung', join(program.folder, 'link'));
  const words = ['timeout', '-s', 'KILL', '40', ...program.words, ...args];
  const end = await endOf(
    spawn('unshare', ['-m', 'python3', fixture, join(program.folder, 'hung'), '--', ...words], {
      cwd: program.folder,
      env: { ...program.env, DEPLOYTRACK_ID: id, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const rows = program.rows('SELECT stage, status FROM deployment_stages');
  return { ...end, rows };
}

// Each waits in a namespace of its own, so several can run at once.
describe
  .skipIf(because(!mayMount, 'not root, or no /dev/fuse'))
  .concurrent('Files on a remote mount that does not respond', () => {
    test.for<[string, string[], string]>([
      ['--artifact', ['extract', '--artifact', 'hung/f', '--', 'sh', '-c', 'exit 3'], 'extract'],
      [
        '--artifact, through a link',
        ['extract', '--artifact', 'link/f', '--', 'sh', '-c', 'exit 3'],
        'extract',
      ],
      ['--database-file', ['migrate', '--database-file', 'hung/f', '--', 'sh', '-c', 'exit 3'], 'migration'],
      ['--count-file', ['migrate', '--count-file', 'hung/f', '--', 'sh', '-c', 'exit 3'], 'migration'],
    ])(
      'a wrapped command keeps its exit code and is recorded if the file of %s hangs',
      async ([, args, stage], { expect }) => {
        expect(await besideHungMount(args)).toMatchObject({ code: 3, rows: [{ stage, status: 'failed' }] });
      },
    );

    test('a mark is recorded and says why nothing was pushed if the file of a gateway secret hangs', async ({
      expect,
    }) => {
      const env = { DEPLOYTRACK_GATEWAY_TOKEN_FILE: 'hung/f', PUSHGATEWAY_URL: 'http://127.0.0.1:1' };
      const end = await besideHungMount(['phase', 'record', 'x', '--duration', '1s'], { env });
      expect(end).toMatchObject({ code: 0, rows: [{ stage: 'x' }] });
      expect(end.stderr).toContain('it does not respond in time); nothing was pushed');
    });

    test('a text, a header or a server secret in a file that hangs gives one line', async ({ expect }) => {
      const serve = { DEPLOYTRACK_SERVE_TOKEN_FILE: 'hung/f' };
      for (const [args, env, code] of [
        [['finish', '--notes', '@hung/f'], {}, 0],
        [['health', 'http://127.0.0.1:9/', '--header', 'X: @hung/f'], {}, 2],
        [['serve', '--listen', '127.0.0.1:0'], serve, 2],
      ] as const)
        expect(await besideHungMount(args, { env })).toMatchObject({
          code,
          stderr: expect.stringMatching(
            /^deploytrack: [^\n]*does not respond in time[^\n]*\n(deploytrack: hint: [^\n]*\n)?$/,
          ),
        });
    });

    test('finish closes the deployment if a file of --track-file hangs', async ({ expect }) => {
      const end = await besideHungMount(['finish'], { start: ['--track-file', 'hung/f'] });
      expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('--track-file') });
    });
  });

test('a file of this machine is not treated as a file of a remote mount', () => {
  expect([import.meta.filename, '/nowhere/at/all', '/'].map(isOnRemoteMount)).toEqual([false, false, false]);
});
