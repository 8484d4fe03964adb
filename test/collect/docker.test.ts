import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Podman, startPodman } from '../support/podman.ts';
import { newProgram, type Program } from '../support/program.ts';
import { type Served, serve } from '../support/serve.ts';

let podman: Podman;
beforeAll(async () => {
  podman = await startPodman();
}, 60_000);
afterAll(() => podman.remove(), 60_000);

const nobody = 65_534;
const forever = ['app:1', 'sh', '-c', 'while true; do sleep 1; done'];
const checked = ['--health-cmd', 'test -e /ok', '--health-retries', '1'];

function labels(all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).flatMap(([name, value]) => ['--label', `deployment.${name}=${value}`]);
}

/** A running container; the test removes it. */
async function container(name: string, args: readonly string[], command = forever): Promise<string> {
  const id = await podman.run('run', '-d', '--name', name, ...args, ...command);
  onTestFinished(() => remove(name));
  return id;
}

async function remove(name: string): Promise<void> {
  await podman.run('rm', '--force', '--ignore', '--time', '0', name);
}

function follow(program: Program, { socket = podman.socket } = {}): Promise<Served> {
  return serve({ program, args: ['--docker', `unix://${socket}`] });
}

/**
 * The rows of a deployment by name, once they are as expected. Tests at one engine use names of their own.
 */
async function rowsOf(program: Program, name: string, isThere: (rows: Row[]) => boolean): Promise<Row[]> {
  return eventually(
    () => {
      const rows = program.rows(
        `SELECT deployment_id AS id, version, previous_version AS previous, deployment_status AS status, deployment_method AS method, commit_sha AS commitSha,
         health_check_success AS healthy, time_to_healthy AS timeToHealthy, error_message AS error, triggered_at AS triggeredAt, environment
         FROM deployment_metrics WHERE deployment = ? ORDER BY deployment_started_at, id`,
        name,
      ) as unknown as Row[];
      return isThere(rows) ? rows : undefined;
    },
    { what: `the rows of ${name}` },
  );
}

interface Row {
  readonly id: string;
  readonly version: string;
  readonly previous: string | null;
  readonly status: string;
  readonly healthy: number;
  readonly timeToHealthy: string | null;
  readonly error: string | null;
}

async function metrics(url: string, name: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((line) => line.includes(`deployment="${name}"`));
}

/** What is required of the exporter that this replaces. */
const eleven = [
  'deployment_status',
  'deployment_version',
  'deployment_timestamp',
  'deployment_health_status',
  'deployment_info',
  'deployment_cpu_usage_seconds',
  'deployment_memory_usage_bytes',
  'deployment_rollback_count',
  'deployment_health_check',
  'deployment_duration_seconds',
  'deployment_version_info',
];

describe('A container with only labels', { timeout: 60_000 }, () => {
  test('a container with deployment labels is a deployment with all eleven metrics, its facts and their source', async () => {
    const program = newProgram();
    const timestamp = String(Math.floor(Date.now() / 1000) - 60);
    const said = labels({ name: 'alone', version: '1.2.3', timestamp, commit: 'abc123def' });
    const id = await container('alone', [...said, ...checked]);
    await podman.run('exec', 'alone', 'touch', '/ok');
    const { url } = await follow(program);
    await rowsOf(program, 'alone', ([row]) => row?.status === 'in-progress');
    await podman.run('healthcheck', 'run', 'alone');
    const [row] = await rowsOf(program, 'alone', ([one]) => one?.status === 'success');
    expect(row).toMatchObject({
      id: `docker-${id.slice(0, 12)}`,
      version: '1.2.3',
      previous: null,
      method: 'docker',
      commitSha: 'abc123def',
      healthy: 1,
      environment: 'production',
      triggeredAt: new Date(Number(timestamp) * 1000).toISOString(),
    });
    expect(Number(row?.timeToHealthy)).toBeGreaterThan(0);
    // Resource usage is read every few seconds: the next reading is that of a restarted server.
    const again = await follow(program);
    const lines = await eventually(
      async () => {
        const found = await metrics(again.url, 'alone');
        return found.some((line) => line.startsWith('deployment_memory_usage_bytes')) ? found : undefined;
      },
      { what: 'its use' },
    );
    const names = new Set(lines.map((line) => line.replace(/(_bucket|_sum|_count)?\{.*/, '')));
    expect(eleven.filter((name) => !names.has(name) && !names.has(name.replace(/_count$/, '')))).toEqual([]);
    const value = (name: string) =>
      Number(
        lines
          .find((line) => line.startsWith(`${name}{`))
          ?.split(' ')
          .at(-1),
      );
    expect(value('deployment_status')).toBe(1);
    expect(value('deployment_version')).toBe(100_020_003);
    expect(value('deployment_health_status')).toBe(1);
    expect(value('deployment_cpu_usage_seconds')).toBeGreaterThan(0);
    expect(value('deployment_memory_usage_bytes')).toBeGreaterThan(100_000);
    const facts = program.rows(
      'SELECT fact, value, source FROM deployment_facts WHERE deployment_id = ?',
      row?.id,
    );
    expect(facts).toContainEqual({ fact: 'docker.container', value: 'alone', source: 'docker' });
    expect(facts).toContainEqual({ fact: 'docker.image', value: 'localhost/app:1', source: 'docker' });
    expect((await fetch(`${url}/health/alone`)).status).toBe(200);
  });

  test('a labeled container can be replaced, become unhealthy and healthy again, and be gone without a successor', async () => {
    const program = newProgram();
    await follow(program);
    await container('turn-1', labels({ name: 'turn', version: '1.0.0' }));
    await rowsOf(program, 'turn', ([row]) => row?.status === 'success');
    await container('turn-2', [...labels({ name: 'turn', version: '2.0.0' }), ...checked]);
    await remove('turn-1');
    await rowsOf(program, 'turn', (rows) => rows.length === 2);
    await podman.run('healthcheck', 'run', 'turn-2').catch(() => '');
    const rows = await rowsOf(program, 'turn', ([, row]) => row?.status === 'failed');
    expect(rows[1]).toMatchObject({ version: '2.0.0', previous: '1.0.0', healthy: 0 });
    expect(rows[1]?.error).toContain('unhealthy');
    await podman.run('exec', 'turn-2', 'touch', '/ok');
    await podman.run('healthcheck', 'run', 'turn-2');
    const verdicts = () =>
      program.rows(
        'SELECT success FROM health_verifications WHERE deployment_id = ? ORDER BY id',
        rows[1]?.id,
      );
    await eventually(() => verdicts().length === 2 || undefined, { what: 'the second verdict' });
    expect(verdicts()).toEqual([{ success: 0 }, { success: 1 }]);
    expect((await rowsOf(program, 'turn', () => true))[1]?.status).toBe('failed');
    const gone = () => program.rows("SELECT gone_why AS why FROM groups WHERE deployment = 'turn'")[0]?.why;
    expect(gone()).toBeNull();
    await remove('turn-2');
    expect(await eventually(() => gone() ?? undefined, { what: 'a group that is gone' })).toBe(
      'container turn-2 was removed',
    );
  });

  test('a container that comes and goes while the server or the engine is stopped is found and counted once', async () => {
    const app = `apart-${Date.now().toString(36)}`;
    const program = newProgram();
    const first = await follow(program);
    await container(`${app}-1`, labels({ name: app, version: '1.0.0' }));
    await rowsOf(program, app, (rows) => rows[0]?.status === 'success');
    await first.stop();
    // The container starts and ends while the server is stopped.
    await container(`${app}-2`, labels({ name: app, version: '2.0.0', status: 'success' }), [
      'app:1',
      'true',
    ]);
    await remove(`${app}-2`);
    await container(`${app}-3`, labels({ name: app, version: '3.0.0' }));
    const second = await follow(program);
    const three = (rows: Row[]) => rows.length === 3 && rows.every((row) => row.status === 'success');
    await rowsOf(program, app, three);
    await podman.stopService();
    await container(`${app}-4`, labels({ name: app, version: '4.0.0' }));
    await podman.startService();
    const rows = await rowsOf(program, app, (all) => all.length === 4 && all[3]?.status === 'success');
    expect(rows.map((row) => [row.version, row.previous])).toEqual([
      ['1.0.0', null],
      ['2.0.0', '1.0.0'],
      ['3.0.0', '2.0.0'],
      ['4.0.0', '3.0.0'],
    ]);
    await second.stop();
    const third = await follow(program);
    await eventually(
      () => third.log().find(({ message }) => message === 'following containers') ?? undefined,
    );
    const total = (await metrics(third.url, app)).find((line) =>
      /^deployment_total\{status="success"/.test(line),
    );
    expect(total).toMatch(/ 4$/);
  });
});

describe('Errors of the container engine', { timeout: 60_000 }, () => {
  test('invalid container labels give one warning per container, and the server keeps running', async () => {
    const program = newProgram();
    await container(
      'odd-1',
      labels({ name: 'odd', version: '1.0.0', timestamp: 'yesterday', status: 'fine' }),
    );
    await container('odd-2', labels({ name: 'odd' }));
    const { log } = await follow(program);
    const [row] = await rowsOf(program, 'odd', ([one]) => one?.status === 'success');
    expect(row).toMatchObject({ version: '1.0.0', triggeredAt: null });
    const warnings = await eventually(() => {
      const found = log().filter(({ level }) => level === 'warning');
      return found.length >= 2 ? found.map(({ message }) => String(message)).sort() : undefined;
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^container odd-1: invalid deployment.timestamp "yesterday"; .*; unknown deployment.status "fine"/,
      ),
      expect.stringMatching(/^container odd-2: invalid deployment.version ""; expected 1 to 255 bytes/),
    ]);
    // The engine reports whole seconds: a container that an earlier test removed in this second may have its
    // row too.
    expect(program.rows("SELECT version FROM deployment_metrics WHERE deployment = 'odd'")).toEqual([
      { version: '1.0.0' },
    ]);
  });

  test.each([
    ['is not there', '/nowhere/engine.sock', 'ENOENT', 'set the socket with --docker or DOCKER_HOST'],
    ['is a file', '/etc/hostname', 'ECONNREFUSED', 'check that the engine is running'],
  ])(
    'an engine socket that %s gives one warning, and the server keeps running',
    async (_, socket, code, hint) => {
      const { log, url } = await follow(newProgram(), { socket });
      const line = await eventually(() => log().find(({ level }) => level === 'warning'));
      expect(line?.message).toBe(`cannot reach the container engine ${socket}: ${code}`);
      expect(line?.hint).toContain(hint);
      expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    },
  );

  test('an engine socket without permission gives one warning, and the server keeps running', async () => {
    const program = newProgram();
    execFileSync('chown', ['-R', 'nobody', program.folder]);
    const { url, log } = await serve({ program, run: { uid: nobody }, args: ['--docker', podman.socket] });
    const line = await eventually(() => log().find(({ level }) => level === 'warning'));
    expect(line).toMatchObject({
      message: `cannot reach the container engine ${podman.socket}: EACCES`,
      hint: 'add this account to the group that owns the socket, or mount the socket into the container',
    });
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  });

  test('an invalid engine address is a usage error', async () => {
    const { code, stderr } = await newProgram().run([
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--docker',
      'ssh://host',
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('invalid engine address')]);
  });
});
