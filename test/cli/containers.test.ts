import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program, type ProgramEnd } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

// Only root may create namespaces.
const asRoot = test.skipIf(
  because(process.getuid?.() !== 0 || process.platform !== 'linux', 'not root on Linux'),
);

/**
 * A container as far as processes are concerned: a PID namespace with its own /proc, and a first process in
 * it.
 */
async function container(program: Program, script: string): Promise<{ first: number; child: ChildProcess }> {
  const words = ['-pf', '--kill-child', '--mount-proc', 'sh', '-c', script, 'sh', ...program.words];
  const child = spawn('unshare', words, { cwd: program.folder, env: program.env, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const first = await eventually(() => childOf(child.pid as number), { what: 'the first process' });
  return { first, child };
}

function childOf(pid: number): number | undefined {
  const [found] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return found === undefined || found === '' ? undefined : Number(found);
}

/** Like `docker exec`: the caller is outside of the namespace. */
function exec(program: Program, { first, args }: { first: number; args: string[] }): Promise<ProgramEnd> {
  const words = ['-t', String(first), '-p', '-m', ...program.words, ...args];
  const options = { cwd: program.folder, env: program.env, stdio: ['ignore', 'pipe', 'pipe'] as const };
  return endOf(spawn('nsenter', words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
}

const start = ['start', '--deployment', 'gateway', '--instance', 'web-1'];
const statuses = (program: Program) =>
  program
    .rows('SELECT version, deployment_status AS status FROM deployment_metrics ORDER BY id')
    .map(({ version, status }) => `${version} ${status}`);

describe('Deployments started from `docker exec`', () => {
  asRoot(
    'a deployment started from `docker exec` is closed by the age of its last mark once its container is gone',
    async () => {
      const program = newProgram();
      const { first, child } = await container(program, 'exec sleep 60');
      const begun = await exec(program, { first, args: [...start, '--version', '1'] });
      expect([begun.code, begun.stdout.length > 8]).toEqual([0, true]);
      expect(program.rows('SELECT pid, started FROM processes')).toEqual([{ pid: 0, started: null }]);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      process.kill(first, 'SIGKILL');
      await gone;
      const again = [...start, '--version', '2', '--exclusive', '--take-over'];
      const refused = await program.run(again);
      expect([refused.code, refused.stdout]).toEqual([1, 'none\n']);
      expect(refused.stderr).toContain('whether its process is running cannot be determined from here');
      const taken = await program.run([...again, '--abandon-after', '1ms']);
      expect([taken.code, statuses(program)]).toEqual([0, ['1 failed', '2 in-progress']]);
    },
  );
});

describe('Deployments in another container', () => {
  asRoot(
    'a deployment that runs in another container is not taken over, and its next marks count',
    async () => {
      const program = newProgram();
      await container(
        program,
        '"$@" start --deployment gateway --instance web-1 --version 1 --id first; while [ ! -e go ]; do sleep 0.05; done; "$@" phase run migrate --id first true; touch done; sleep 60',
      );
      await eventually(() => (rows(program).length === 1 ? true : undefined), { what: 'its start' });
      for (const how of [['--take-over'], ['--exclusive'], ['--take-over', '--exclusive']]) {
        const end = await program.run([...start, '--version', '2', ...how]);
        expect([end.code, end.stdout]).toEqual([1, 'none\n']);
      }
      const beside = await program.run([...start, '--version', '3', '--id', 'beside']);
      expect(beside.stderr).toContain('is still open as well');
      await program.run(['phase', 'run', 'go', '--id', 'beside', 'touch', 'go']);
      await eventually(
        () =>
          program.rows("SELECT 1 FROM deployment_stages WHERE deployment_id = 'first' AND status = 'success'")
            .length === 1
            ? true
            : undefined,
        {
          what: 'its phase',
        },
      );
      expect(statuses(program)).toEqual(['1 in-progress', '3 in-progress']);
      expect(program.rows("SELECT late FROM deployment_stages WHERE deployment_id = 'first'")).toEqual([
        { late: 0 },
      ]);
    },
  );

  asRoot(
    'a deployment with a caller in another container keeps running if the same PID exists in this namespace',
    async () => {
      const program = newProgram();
      await container(
        program,
        '"$@" start --deployment gateway --instance web-1 --version 1 --id first; sleep 60',
      );
      await eventually(() => (rows(program).length === 1 ? true : undefined), { what: 'its start' });
      const [kept] = program.rows('SELECT pid, pid_namespace AS namespace FROM processes');
      expect(kept).toEqual({ pid: 1, namespace: expect.stringMatching(/^pid:\[\d+\]$/) });
    },
  );
});

function rows(program: Program): unknown[] {
  try {
    return program.rows('SELECT 1 FROM processes');
  } catch {
    return []; // there is no ledger yet
  }
}
