import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { notRoot } from '../support/because.ts';
import { endOf, newProgram, type Program, type ProgramEnd, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

const reason = 'standard output cannot be written (ENOSPC)';

/** `script` runs in bash, and `"$@"` in it is the program. */
function inShell(program: Program, script: string, env: Record<string, string> = {}): Promise<ProgramEnd> {
  const words = ['-c', script, 'bash', ...program.words];
  return endOf(
    spawn('bash', words, {
      cwd: program.folder,
      env: { ...program.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

async function withDeployment(): Promise<{ program: Program; id: string }> {
  const program = newProgram();
  return { program, id: await startDeployment(program) };
}

describe('Standard output that cannot be written', () => {
  test.each([
    'history',
    'history --json',
    'stats',
    'show',
    'show --json',
    'doctor',
    'export',
    'push --dry-run --gateway http://127.0.0.1:1',
    'report --since 7d',
    'rules --backtest 7d',
    'stats --budget',
    'stats --phases',
    'completion bash',
    '--help',
    'start --help',
    '--version',
  ])('`%s` exits with 1 and the reason if standard output cannot be written', async (words) => {
    const { program } = await withDeployment();
    const end = await inShell(program, `"$@" ${words} > /dev/full`);
    expect([end.code, end.stderr.trimEnd().split('\n').at(-1)]).toEqual([1, `deploytrack: error: ${reason}`]);
  });

  test('an output of which only the first kilobyte is accepted is not a success', async () => {
    const end = await inShell(newProgram(), 'ulimit -f 1; "$@" completion bash > cut');
    expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('cannot be written (EFBIG)')]);
  });

  test('other errors of standard output are named by their code', async () => {
    const { program } = await withDeployment();
    const end = await inShell(program, '"$@" history 1</dev/null');
    expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('(EBADF)')]);
  });

  test('start warns if its ID cannot be written, and exits with 1 with --strict', async () => {
    const { program, id } = await withDeployment();
    const env = { DEPLOYTRACK_ID: id };
    const words = 'start --deployment b --version 2';
    const end = await inShell(program, `"$@" ${words} > /dev/full`, env);
    expect([end.code, end.stderr]).toEqual([0, `deploytrack: warning: ${reason}\n`]);
    const strict = await inShell(program, `"$@" ${words} --environment e --strict > /dev/full`, env);
    expect([strict.code, strict.stderr]).toEqual([1, `deploytrack: warning: ${reason}\n`]);
  });

  test('finish --json exits with 1 if its JSON cannot be written, but in a trap with the given code', async () => {
    const { program, id } = await withDeployment();
    const env = { DEPLOYTRACK_ID: id };
    const trap = await inShell(program, '"$@" finish --json --on-exit 0 > /dev/full', env);
    expect([trap.code, trap.stderr]).toEqual([0, `deploytrack: warning: ${reason}\n`]);
    const end = await inShell(program, '"$@" finish --json > /dev/full', env);
    expect([end.code, end.stderr]).toEqual([1, `deploytrack: warning: ${reason}\n`]);
  });

  test('warnings that cannot be written to standard output go to standard error', async () => {
    const { program } = await withDeployment();
    const mark = 'phase start x --id unknown --warnings stdout';
    const end = await inShell(program, `"$@" ${mark} > /dev/full`);
    expect(end.code).toBe(0);
    expect(end.stderr).toContain('deployment unknown not found');
    expect(end.stderr).toContain(reason);
  });

  test('a wrapped command keeps its exit code if standard output cannot be written', async () => {
    const { program } = await withDeployment();
    const end = await inShell(program, '"$@" extract --warnings stdout -- sh -c "exit 3" > /dev/full');
    expect(end.code).toBe(3);
  });

  test.skipIf(notRoot())(
    'an export that was cut exits with 1, and its marks are not recorded as exported',
    async () => {
      const { program } = await withDeployment();
      for (let n = 0; n < 20; n += 1) await program.quiet(['phase', 'record', `p${n}`, '--duration', '1s']);
      mkdirSync(join(program.folder, 'small'));
      const script = 'mount -t tmpfs -o size=8k none small && "$@" export > small/f';
      const words = ['-m', 'sh', '-c', script, 'sh', ...program.words];
      const { status, stderr } = spawnSync('unshare', words, {
        cwd: program.folder,
        env: program.env,
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([1, `deploytrack: error: ${reason}\n`]);
      expect(program.rows('SELECT count(*) AS n FROM marks_seen')).toEqual([{ n: 0 }]);
      await program.quiet(['export']);
      expect(program.rows('SELECT count(*) > 20 AS noted FROM marks_seen')).toEqual([{ noted: 1 }]);
    },
  );
});

test('a reader that closes the pipe early is not a failure', async () => {
  const { program } = await withDeployment();
  const script = 'set -o pipefail; for n in 1 2 3 4 5; do "$@" completion bash | true; echo $?; done';
  expect(await inShell(program, script)).toEqual({
    code: 0,
    signal: null,
    stdout: '0\n'.repeat(5),
    stderr: '',
  });
});

test('a standard error that cannot be written changes nothing', async () => {
  const { program, id } = await withDeployment();
  const end = await inShell(program, '"$@" phase start x --id unknown 2> /dev/full; "$@" history');
  expect([end.code, end.stderr, end.stdout]).toEqual([0, '', expect.stringContaining(id)]);
});

test('a pipe without a reader as the file for warnings blocks nothing, and the warnings go elsewhere', async () => {
  const { program } = await withDeployment();
  const script = 'mkfifo pipe; timeout 30 "$@" phase start x --id unknown --warnings file:pipe';
  const end = await inShell(program, script);
  expect([end.code, end.stderr]).toEqual([0, expect.stringContaining('deployment unknown not found')]);
});

test('SIGTERM ends a wait for a full standard error after everything is recorded', async () => {
  const { program, id } = await withDeployment();
  // A pipe that is full and has no reader; the warning about the count is what waits.
  const script = `mkfifo pipe; exec 3<>pipe; dd if=/dev/zero of=pipe oflag=nonblock bs=4096 count=64 2>/dev/null
    "$@" migrate --id ${id} --count-file none -- true 2>&3 & P=$!
    for n in $(seq 100); do
      sleep .1; [ "$(sqlite3 "$DEPLOYTRACK_LEDGER" 'SELECT count(*) FROM deployment_stages WHERE duration_seconds IS NOT NULL')" = 1 ] && break
    done
    for n in $(seq 50); do kill -TERM $P 2>/dev/null; sleep .1; kill -0 $P 2>/dev/null || break; done
    kill -KILL $P 2>/dev/null && echo killed; wait $P; echo $?`;
  expect((await inShell(program, script)).stdout).toBe('143\n');
});
