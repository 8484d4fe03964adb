import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { root } from './readme/document.ts';
import { takeApart } from './readme/takeApart.ts';
import { because } from './support/because.ts';
import { eventually } from './support/eventually.ts';
import { endOf, newProgram, type Program, type ProgramEnd } from './support/program.ts';
import { noSshd, type Sshd, startSshd } from './support/sshd.ts';
import { startSwitchedService } from './support/switchedService.ts';

/** Runs the scripts of the pages about other hosts, with a real sshd on loopback. */

const blocks = (page: string, language: string) =>
  takeApart(readFileSync(join(root, 'docs', page), 'utf8'))
    .blocks.filter((block) => block.language === language)
    .map(({ text }) => text);

interface Row {
  readonly status: string;
  readonly error: string | null;
  readonly instance: string;
  /** `service/stage status` of each phase, sorted. */
  readonly phases: readonly string[];
}

interface World {
  readonly program: Program;
  bash(script: string): Promise<ProgramEnd>;
  /** Cuts the connection as soon as the phase that is running there is recorded: what is on the way would be lost. */
  cutInMigration(): Promise<void>;
  deployments(): Row[];
}

describe.skipIf(because(noSshd !== undefined, 'no sshd'))('Scripts for other hosts', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd(['web-1', 'web-2', 'web-3']);
    // The programs that remote.sh calls there; `alembic` fails, or loses the connection, where it should.
    const write = (name: string, text: string) =>
      writeFileSync(join(sshd.remoteBin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    for (const name of ['make', 'curl']) write(name, 'exit 0');
    write(
      'alembic',
      `case $(cat "$HOME/fails-on-$DEPLOY_HOST" 2>/dev/null) in
        code) exit 3 ;;
        connection) until [ -e "$HOME/cut" ]; do sleep 0.05; done; kill -9 "$(awk '/^PPid/ { print $2 }' "/proc/$PPID/status")"; sleep 1 ;;
      esac`,
    );
  });
  afterAll(() => sshd.stop());

  async function newWorld(failure?: { host: string; how: 'code' | 'connection' }): Promise<World> {
    const program = newProgram();
    const service = await startSwitchedService('abc1234');
    const bin = join(program.folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'deploytrack'), `#!/bin/sh\nexec '${program.words.join("' '")}' "$@"\n`, {
      mode: 0o755,
    });
    const cut = join(sshd.remoteBin, '../home/cut');
    rmSync(cut, { force: true });
    for (const host of ['web-1', 'web-2', 'web-3'])
      writeFileSync(
        join(sshd.remoteBin, '../home', `fails-on-${host}`),
        failure?.host === host ? failure.how : '',
      );
    writeFileSync(join(program.folder, 'remote.sh'), blocks('ssh.md', 'sh')[0] ?? '');
    onTestFinished(() => service.stop());
    const env = {
      ...program.env,
      PATH: `${bin}:${sshd.bin}:${program.env.PATH}`,
      VERSION: 'abc1234',
      HEALTH_URL: service.healthUrl,
    };
    return {
      program,
      bash: (script) =>
        endOf(spawn('bash', ['-c', script], { cwd: program.folder, env, stdio: ['ignore', 'pipe', 'pipe'] })),
      cutInMigration: async () => {
        const running = "SELECT 1 FROM deployment_stages WHERE stage = 'migration' AND service LIKE ?";
        const service = failure?.host === 'web-1' ? '%' : `%@${failure?.host}`;
        const isRecorded = () =>
          (existsSync(program.ledger) && program.rows(running, service).length > 0) || undefined;
        await eventually(isRecorded, { what: 'the phase of the other host' });
        writeFileSync(cut, '');
      },
      deployments: () =>
        program
          .rows(
            'SELECT deployment_id, deployment_status AS status, error_message AS error, instance FROM deployment_metrics ORDER BY instance',
          )
          .map((row) => ({
            status: String(row.status),
            error: row.error as string | null,
            instance: String(row.instance),
            phases: program
              .rows(
                "SELECT service || '/' || stage || ' ' || status AS words FROM deployment_stages WHERE deployment_id = ? ORDER BY words",
                row.deployment_id,
              )
              .map(({ words }) => String(words)),
          })),
    };
  }

  const [oneHost = ''] = blocks('ssh.md', 'bash');
  const [parallel = '', loop = '', each = ''] = blocks('parallel.md', 'bash');
  const done = (service: string) =>
    ['build', 'deploy', 'migration', 'warm_up'].map((stage) => `${service}/${stage} success`);

  test('the first script of ssh.md records each phase of the remote script, its test and its notes', async () => {
    const world = await newWorld();
    const end = await world.bash(oneHost);
    expect(end).toMatchObject({ code: 0, stdout: '' });
    expect(end.stderr).toMatch(/^::deploytrack phase start build --at \S+Z$/m);
    expect(end.stderr).not.toContain('warning');
    expect(world.deployments()).toMatchObject([
      { status: 'success', phases: [...done('gateway'), 'gateway/health_check success'].sort() },
    ]);
    const clocks = world.program.rows("SELECT DISTINCT clock FROM deployment_stages WHERE stage = 'build'");
    expect(clocks).toEqual([{ clock: 'remote' }]);
    expect(world.program.rows('SELECT test_name, status FROM smoke_tests')).toEqual([
      { test_name: 'login', status: 'success' },
    ]);
    expect(world.program.rows('SELECT notes FROM deployment_metrics')).toEqual([
      { notes: 'released by hand' },
    ]);
  });

  test('a remote step that fails ends the script of ssh.md with its code, and its phase is failed', async () => {
    const world = await newWorld({ host: 'web-1', how: 'code' });
    expect((await world.bash(oneHost)).code).toBe(3);
    expect(world.deployments()).toMatchObject([
      {
        status: 'failed',
        phases: ['gateway/build success', 'gateway/deploy failed', 'gateway/migration failed'],
      },
    ]);
  });

  test('a lost connection leaves the open phase as failed with the reason', async () => {
    const world = await newWorld({ host: 'web-1', how: 'connection' });
    const ending = world.bash(oneHost);
    await world.cutInMigration();
    expect((await ending).code).toBe(255);
    const error = 'phase migration: still open when the command ended: exit code 255';
    expect(world.deployments()).toMatchObject([{ status: 'failed', error }]);
  });

  test('three hosts in parallel are told apart, and the one that failed fails the deployment', async () => {
    const world = await newWorld({ host: 'web-2', how: 'connection' });
    const ending = world.bash(parallel);
    await world.cutInMigration();
    expect((await ending).code).toBe(1);
    const failed = ['build success', 'deploy failed', 'migration failed'].map(
      (row) => `gateway@web-2/${row}`,
    );
    expect(world.deployments()).toMatchObject([
      { status: 'failed', phases: [...done('gateway@web-1'), ...failed, ...done('gateway@web-3')] },
    ]);
  });

  test('three hosts in a loop are one successful deployment', async () => {
    const world = await newWorld();
    expect((await world.bash(loop)).code).toBe(0);
    const hosts = ['web-1', 'web-2', 'web-3'].flatMap((host) => done(`gateway@${host}`));
    expect(world.deployments()).toMatchObject([{ status: 'success', phases: hosts }]);
  });

  test('a deployment for each host has its own status', async () => {
    const world = await newWorld({ host: 'web-3', how: 'code' });
    expect((await world.bash(each)).code).toBe(1);
    const phases = done('gateway').filter((phase) => !phase.includes('deploy'));
    expect(world.deployments()).toMatchObject([
      { instance: 'web-1', status: 'success', phases },
      { instance: 'web-2', status: 'success', phases },
      { instance: 'web-3', status: 'failed' },
    ]);
  });
});
