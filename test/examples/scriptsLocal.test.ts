import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSwitchedService } from '../support/switchedService.ts';
import {
  archive,
  beforeFolder,
  edits,
  type Input,
  recorded,
  runBoth,
  scriptsFolder,
  standIn,
} from './shapes.ts';

describe('collected-errors.sh', () => {
  function deploy({ files = {}, env = {} }: { files?: Input; env?: Input } = {}) {
    return runBoth({
      script: 'collected-errors.sh',
      args: ['release.tar.gz', '1.4'],
      prepare(folder) {
        standIn(path.join(folder, 'bin/systemctl'), 'true');
        archive(path.join(folder, 'release.tar.gz'), {
          'app.ini': 'port = 8080\n',
          'static/site.css': 'body { color: black }\n',
          'migrations/1.sh': 'touch "$1/table"\n',
          ...files,
        });
        return { APP_ROOT: path.join(folder, 'app'), ...env };
      },
    });
  }

  const staged = ['check_config', 'compress_assets', 'count_files', 'remember', 'unpack'];
  const released = ['link_release', 'migration', 'remove_old', 'restart'];
  const successes = (names: readonly string[]) => names.map((name) => `app/${name} success`);

  test('nine functions are nine phases of a successful deployment, and their variables stay', async () => {
    const { program, end, before } = await deploy();
    expect(end).toEqual(before);
    expect(end).toMatchObject({
      code: 0,
      stdout: 'none was replaced by 1.4 (3 files)\nended with 0\n',
      stderr: '',
    });
    expect(recorded(program)).toEqual({
      deployments: [{ status: 'success', error: null, exit_code: 0 }],
      phases: successes([...staged, ...released].sort()),
      warnings: [],
    });
  });

  test('functions that fail in a script that goes on are failed phases, and the first is the error', async () => {
    const { program, end, before } = await deploy({ files: { 'app.ini': '', 'migrations/1.sh': 'exit 4' } });
    expect(end).toEqual(before);
    expect(end).toMatchObject({ code: 1, stdout: '1.4 has errors\nended with 1\n', stderr: '' });
    const { deployments, phases } = recorded(program);
    expect(deployments).toEqual([
      { status: 'failed', error: 'phase check_config: exit code 1', exit_code: 1 },
    ]);
    expect(phases).toHaveLength(9);
    expect(phases.filter((line) => !line.endsWith('success'))).toEqual([
      'app/check_config failed 1: exit code 1',
      'app/migration failed 4: exit code 4',
    ]);
  });

  test('`exit 0` in the middle of the script is a success with the phases that ran', async () => {
    const { program, end, before } = await deploy({ env: { STAGE_ONLY: 'yes' } });
    expect(end).toEqual(before);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(recorded(program)).toEqual({
      deployments: [{ status: 'success', error: null, exit_code: 0 }],
      phases: successes(staged),
      warnings: [],
    });
  });
});

describe('compose.sh', () => {
  interface Deployment {
    /** The revisions whose container has another one in it. */
    readonly unhealthy?: string;
    /** How long it may take to become healthy. */
    readonly seconds?: number;
    readonly downMs?: number;
  }

  function deploy({ unhealthy = '', seconds = 4, downMs = 0 }: Deployment = {}) {
    return runBoth({
      script: 'compose.sh',
      args: ['1.4'],
      async prepare(folder) {
        const service = await startSwitchedService('1.3');
        onTestFinished(() => service.stop());
        const url = new URL(service.healthUrl).origin;
        writeFileSync(path.join(folder, 'deployed'), '1.3\n');
        standIn(
          path.join(folder, 'bin/docker'),
          `case "$1 $2" in
  'compose run') echo migrated ;;
  'compose up') curl --silent --output /dev/null "${url}/switch?downMs=${downMs}&version=$REVISION" ;;
  'compose exec') if [[ ' ${unhealthy} ' == *" $REVISION "* ]]; then echo 1.2; else echo "$REVISION"; fi ;;
esac`,
        );
        return { SERVICE_URL: url, TRIES: String(seconds), PAUSE: '1' };
      },
    });
  }

  const reason = 'not healthy within [0-9] s ([0-9]+ attempts?): "bash" exited with 1; expected 0';
  const matching = (text: string) =>
    expect.stringMatching(new RegExp(`^${text.replace('([0-9]+ attempts?)', '\\([0-9]+ attempts?\\)')}$`));
  const withoutHealth = (text: string) => text.replaceAll(/^deploytrack: health: .*\n/gm, '');

  test('the checks of the script are the health check, and the downtime is measured', async () => {
    const { program, end, before } = await deploy({ downMs: 1000 });
    expect(end).toEqual(before);
    expect(end).toMatchObject({ code: 0, stdout: 'migrated\n1.4 is healthy\n1.3 was replaced by 1.4\n' });
    const phases = ['build', 'cutover', 'health_check', 'migration', 'prune'];
    expect(recorded(program)).toEqual({
      deployments: [{ status: 'success', error: null, exit_code: null }],
      phases: phases.map((name) => `app/${name} success`),
      warnings: [],
    });
    expect(program.rows('SELECT check_type AS type, success, verdict FROM health_verifications')).toEqual([
      { type: 'release', success: 1, verdict: 'healthy' },
    ]);
    expect(downtime(program)).toBeGreaterThan(0.5);
  });

  test('a release that is not healthy is rolled back, and its health check ends before the rollback starts', async () => {
    const { program, end, before } = await deploy({ unhealthy: '1.4' });
    expect(end.stderr).toMatch(/^deploytrack: health: not healthy/);
    expect({ ...end, stderr: withoutHealth(end.stderr) }).toEqual(before);
    expect(before).toMatchObject({ code: 1, stdout: 'migrated\n1.3 is healthy\n' });
    expect(recorded(program)).toEqual({
      deployments: [{ status: 'failed', error: matching(`health: ${reason}`), exit_code: 1 }],
      phases: [
        'app/build success',
        'app/cutover success',
        matching(`app/health_check failed: ${reason}`),
        'app/health_check success',
        'app/migration success',
        'app/rollback success',
      ],
      warnings: [],
    });
    expect(program.rows(rollbacks)).toEqual([
      { reason: 'deployment_failed', from_version: '1.4', to_version: '1.3', success: 1, settled: 1 },
    ]);
    const [failed, rollback, again] = program.rows(
      "SELECT stage, started_at, ended_at, of_rollback FROM deployment_stages WHERE stage IN ('health_check', 'rollback') ORDER BY started_at",
    );
    expect([failed?.of_rollback, rollback?.of_rollback, again?.of_rollback]).toEqual([0, 1, 1]);
    expect(String(failed?.ended_at) <= String(rollback?.started_at)).toBe(true);
  });

  test('a rollback that does not become healthy is recorded as failed', async () => {
    const { program, end, before } = await deploy({ unhealthy: '1.4 1.3', seconds: 1 });
    expect({ ...end, stderr: withoutHealth(end.stderr) }).toEqual(before);
    expect(before.code).toBe(2);
    expect(recorded(program).deployments).toEqual([
      { status: 'failed', error: matching(`health: ${reason}`), exit_code: 2 },
    ]);
    expect(program.rows(rollbacks)).toMatchObject([{ success: 0, settled: 1 }]);
  });

  const rollbacks = 'SELECT reason, from_version, to_version, success, settled FROM rollbacks';
  const downtime = ({ rows }: { rows(sql: string): Record<string, unknown>[] }) =>
    rows('SELECT downtime_duration AS seconds FROM deployment_metrics')[0]?.seconds;
});

test('the README has for each script how many of its lines were changed, added and removed', () => {
  const readme = readFileSync(path.join(scriptsFolder, 'README.md'), 'utf8');
  const told = [...readme.matchAll(/^\| \[`([^`]+)`\].* \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(
    ([, script = '', ...counts]) => ({ script, counts: counts.map(Number) }),
  );
  expect(told.map(({ script }) => script).sort()).toEqual(readdirSync(beforeFolder).sort());
  expect(told).toEqual(
    told.map(({ script }) => {
      const { changed, added, removed } = edits(script);
      return { script, counts: [changed, added, removed] };
    }),
  );
});
