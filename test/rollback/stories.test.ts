import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import { powershell } from '../examples/powershell.ts';
import { rollbackMark } from '../ledger/makeMarks.ts';
import { noPowershell } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { endOf } from '../support/program.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { panelValues } from './panelValues.ts';
import { openTown, type Town } from './town.ts';

let gateway: Gateway;
let prometheus: Prometheus;
let town: Town;

beforeAll(async () => {
  gateway = await startGateway();
  const started = startPrometheus({ gatewayUrl: gateway.url });
  town = await openTown({ gateway: gateway.url });
  await town.serve('1.0.0');
  prometheus = await started;
});

afterAll(async () => {
  await town.close();
  await prometheus.stop();
  await gateway.stop();
});

const probeSeconds = 0.1;
/** For an endpoint that stays unhealthy, and for one that starts. */
const brief = ['--interval', '100ms', '--timeout', '300ms'];
const quick = ['--interval', '100ms', '--timeout', '10s'];
/** For both in turn: a version that is never healthy, and after the rollback one that starts on a busy machine. */
const both = ['--interval', '100ms', '--timeout', '6s'];

const rollbacks = (id: string) =>
  town.program.rows('SELECT reason, to_version, success, settled FROM rollbacks WHERE deployment_id = ?', id);

const outages = (id: string) =>
  town.program.rows('SELECT seconds FROM outages WHERE deployment_id = ?', id).map(({ seconds }) => seconds);

/** The outage of the deployment is one, and agrees with what the independent prober has seen. */
async function expectAgreement(id: string): Promise<void> {
  await eventually(() => town.prober.isGood || undefined, { what: 'service' });
  const [seconds, ...more] = outages(id);
  expect(more).toEqual([]);
  const { prober } = town;
  const seen = prober.outageSeconds();
  expect(seen).toBeGreaterThan(0);
  // It begins and ends late by at most one interval each; so does the prober with its own.
  const tolerance = 2 * (probeSeconds + prober.resolutionSeconds());
  expect(Math.abs(Number(seconds) - seen)).toBeLessThanOrEqual(tolerance);
}

/** Starts a deployment whose cutover puts a version in service, while the prober watches. */
async function cutOver(id: string, version = '4.0.0'): Promise<string> {
  const { program, health } = town;
  await town.serve('1.0.0');
  town.started(id, version);
  town.prober.begin();
  await eventually(() => town.prober.isGood || undefined, { what: 'service before the cutover' });
  await program.run([
    ...['cutover', '--id', id, '--probe', health, '--probe-timeout', '200ms'],
    ...['--', 'sh', '-c', town.switchTo(version)],
  ]);
  return id;
}

/** Puts the old version in service by hand, while `health` waits for it. */
async function restoreByHand(id: string): Promise<void> {
  const { program, health } = town;
  const ended = program.run(['health', health, '--id', id, '--expect-version', '1.0.0', ...quick]);
  await isChecking(id);
  await town.serve('1.0.0');
  expect((await ended).code).toBe(0);
}

/** Waits until a process checks the endpoint for a deployment, and is not one that was killed. */
async function isChecking(id: string): Promise<void> {
  const running =
    "SELECT max(id) AS id FROM deployment_stages WHERE deployment_id = ? AND stage = 'health_check' AND status = 'running'";
  const newest = () => Number(town.program.rows(running, id)[0]?.id ?? 0);
  const before = newest();
  await eventually(() => newest() > before || undefined, { what: 'a check of the endpoint' });
}

describe('Automatic rollback', () => {
  test('a version that is never healthy is rolled back once, marked bad, and its one outage is measured from the cutover on', async () => {
    const { program, health } = town;
    town.good('bad-health');
    const id = await program.quiet([
      'start',
      '--deployment',
      'bad-health',
      '--version',
      '4.0.0',
      '--instance',
      'web-1',
    ]);
    const own = { env: { DEPLOYTRACK_ID: id } };
    town.prober.begin();
    await program.run(
      ['cutover', '--probe', health, '--probe-timeout', '300ms', '--', 'sh', '-c', town.switchTo('4.0.0')],
      own,
    );
    const command = `${town.counted('bad-health')} echo "$DEPLOYTRACK_ID $DEPLOYTRACK_PREVIOUS_VERSION $DEPLOYTRACK_ROLLBACK_REASON"; ${town.switchTo('1.0.0')}`;
    const end = await program.run(['verify', health, ...both, '--rollback', command], own);
    expect(end).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(`^${id} 1.0.0 health_check_failed: health: `),
    });
    expect(end.stderr).toMatch(
      /error: bad-health 4\.0\.0 failed \(health: .*\); rolled back to 1\.0\.0 and verified; outage \d/,
    );
    await expectAgreement(id);
    expect((await program.run(['finish', '--on-exit', '1'], own)).code).toBe(1);
    expect(rollbacks(id)).toEqual([
      { reason: 'health_check_failed', to_version: '1.0.0', success: 1, settled: 1 },
    ]);
    expect(town.runs('bad-health')).toBe(1);
    const labels = { deployment: 'bad-health', reason: 'health_check_failed', status: 'success' };
    expect(await gateway.value('deployment_rollback_total', labels)).toBe(1);
    const again = ['start', '--deployment', 'bad-health', '--version', '4.0.0', '--instance', 'web-1'];
    const refused = await program.run(again);
    expect(refused).toMatchObject({
      code: 1,
      stdout: 'none\n',
      stderr: expect.stringContaining('marked bad'),
    });
    expect((await program.run([...again, '--force-bad', 'the database is repaired'])).code).toBe(0);
  });

  test('a failing smoke test rolls back in a bash script, whose trap keeps the exit code; the outage of the restart is measured', async () => {
    const { program, health } = town;
    await town.serve('2.0.0');
    town.good('bad-smoke');
    const script = path.join(program.folder, 'smoke.sh');
    const site = '--id bad-smoke --deployment bad-smoke --version 2.0.0 --instance web-1';
    writeFileSync(
      script,
      `set -euo pipefail
      deploytrack() { "${program.words.join('" "')}" "$@"; }
      DEPLOYTRACK_ID=$(deploytrack start ${site}); export DEPLOYTRACK_ID
      trap 'deploytrack finish --on-exit $? || :' EXIT
      deploytrack cutover -- true
      deploytrack verify ${health} ${quick.join(' ')} --smoke 'page=echo page; exit 3' --smoke 'never=touch never' \\
        --rollback '${town.switchTo('1.0.0')}'
      deploytrack finish`,
    );
    town.prober.begin();
    const end = await endOf(spawn('bash', [script], { env: program.env, cwd: program.folder }));
    expect(end.code).toBe(3); // the same smoke test fails for 1.0.0 too
    expect(end.stderr).toContain('smoke test page: exit code 3');
    const id = 'bad-smoke';
    const closed =
      'SELECT deployment_status AS status, error_message AS error FROM deployment_metrics WHERE deployment_id = ?';
    expect(program.rows(closed, id)).toEqual([{ status: 'failed', error: 'smoke test page: exit code 3' }]);
    expect(rollbacks(id)).toEqual([{ reason: 'test_failed', to_version: '1.0.0', success: 0, settled: 1 }]);
    expect(
      program.rows('SELECT test_name, of_rollback FROM smoke_tests WHERE deployment_id = ?', id),
    ).toEqual([
      { test_name: 'page', of_rollback: 0 },
      { test_name: 'page', of_rollback: 1 },
    ]);
    await expectAgreement(id);
  });

  test('errors that begin after the cutover roll back while the endpoint is watched', async () => {
    const { program, health } = town;
    await town.serve('2.0.0');
    const id = town.begun('bad-watch', '2.0.0');
    town.prober.begin();
    const words = ['verify', health, ...quick, '--watch', '3s', '--min-success', '0.9'];
    const ended = endOf(
      program.spawn([
        ...words,
        '--id',
        id,
        '--smoke',
        `up=${town.counted('watch')}`,
        '--rollback',
        town.switchTo('1.0.0'),
      ]),
    );
    await eventually(() => town.runs('watch') === 1 || undefined, { what: 'the smoke test' });
    await town.stopService();
    const end = await ended;
    expect(end.stderr).toContain('checking 1.0.0 in the same way, and watching it for 3.0s');
    expect(end.stderr).toContain('rolled back to 1.0.0 and verified; outage');
    expect([end.code, rollbacks(id)]).toEqual([
      1,
      [{ reason: 'error_rate', to_version: '1.0.0', success: 1, settled: 1 }],
    ]);
    await expectAgreement(id);
  });

  test('a rollback that fails is recorded as failed, exits with 3, and a second failing check starts no other', async () => {
    const { program, health } = town;
    const id = await cutOver('bad-back');
    const words = [
      'verify',
      health,
      ...brief,
      '--id',
      id,
      '--rollback',
      `${town.counted('bad-back')} exit 9`,
    ];
    const end = await program.run(words);
    expect(end).toMatchObject({ code: 3, stderr: expect.stringContaining('failed too (exit code 9)') });
    const again = await program.run(words);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('already started') });
    expect([town.runs('bad-back'), rollbacks(id)]).toMatchObject([1, [{ success: 0, settled: 1 }]]);
    await restoreByHand(id);
    await expectAgreement(id);
  });

  test('a rollback whose end the ledger cannot take says how long the outage was, and the journal has it', async () => {
    const { program, health } = town;
    const id = await cutOver('locked-end');
    const command = `${town.counted('locked-end')} ${town.switchTo('1.0.0')}`;
    const env = { DEPLOYTRACK_LEDGER_TIMEOUT: '50ms' };
    const child = program.spawn(['verify', health, ...both, '--id', id, '--rollback', command], {
      env,
    });
    await eventually(() => town.runs('locked-end') === 1 || undefined, { what: 'the rollback command' });
    const end = await town.locked(() => endOf(child));
    expect(end).toMatchObject({ code: 1, stderr: expect.stringMatching(/1\.0\.0 and verified; outage \d/) });
    expect(rollbacks(id)).toMatchObject([{ settled: 0 }]);
    await program.run(['push']);
    expect(rollbacks(id)).toMatchObject([{ success: 1, settled: 1 }]);
    await expectAgreement(id);
  });

  test('after an irreversible migration nothing is rolled back, and the exit code is 4', async () => {
    const { program, health } = town;
    const id = await cutOver('irreversible');
    await program.quiet(['migrate', '--id', id, '--irreversible', '--', 'true']);
    const words = ['verify', health, ...brief, '--id', id, '--rollback', town.counted('irreversible')];
    const planned = await program.run([...words, '--dry-run']);
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('marked irreversible')]);
    const end = await program.run(words);
    expect(end).toMatchObject({ code: 4, stderr: expect.stringContaining('marked irreversible') });
    expect([town.runs('irreversible'), rollbacks(id)]).toEqual([0, []]);
    await restoreByHand(id);
    await expectAgreement(id);
  });

  test('with --confirm and without a terminal nothing is rolled back', async () => {
    const { program, health } = town;
    const id = town.begun('unconfirmed');
    const words = [
      'verify',
      health,
      ...brief,
      '--id',
      id,
      '--confirm',
      '--rollback',
      town.counted('unconfirmed'),
    ];
    expect(await program.run(words)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('no terminal'),
    });
    expect([town.runs('unconfirmed'), rollbacks(id)]).toEqual([0, []]);
  });
});

describe('A killed rollback', () => {
  test('a decision whose command was not started is carried on by the next verify, and only once', async () => {
    const { program, health } = town;
    const id = await cutOver('killed-early');
    const at = processContext().instant();
    const process = { pid: 2, started: '1', boot: 'another boot', pidNamespace: null };
    const automatic = {
      failedCheck: 'health: expected',
      refused: null,
      process,
      outages: [{ beganAt: at, endedAt: null }],
    };
    town.mark(
      rollbackMark(at, { deploymentId: id, toVersion: '1.0.0', success: false, step: 'begin', automatic }),
    );
    const words = ['verify', health, ...quick, '--id', id];
    const end = await program.run([
      ...words,
      '--rollback',
      `${town.counted('killed-early')} ${town.switchTo('1.0.0')}`,
    ]);
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining('continuing the rollback') });
    expect([town.runs('killed-early'), rollbacks(id), outages(id).length]).toMatchObject([
      1,
      [{ success: 1 }],
      1,
    ]);
    await expectAgreement(id);
  });

  test('a rollback that was killed while its command ran is reported as failed and never run again', async () => {
    const { program, health } = town;
    const id = await cutOver('killed-within');
    const pid = path.join(program.folder, 'pid');
    const command = `${town.counted('killed-within')} echo $$ > ${pid}; exec sleep 60`;
    const words = ['verify', health, ...brief, '--id', id, '--rollback', command];
    const child = program.spawn(words);
    await eventually(() => Number(readFileSync(pid, 'utf8')) || undefined, { what: 'the rollback command' });
    child.kill('SIGKILL');
    process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
    expect((await endOf(child)).signal).toBe('SIGKILL');
    const end = await program.run(words);
    expect(end).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('was interrupted while its command ran'),
    });
    expect([town.runs('killed-within'), rollbacks(id)]).toMatchObject([1, [{ success: 0, settled: 1 }]]);
    await restoreByHand(id);
    await expectAgreement(id);
  });

  test('a rollback that was killed before its verification is only verified by the next verify', async () => {
    const { program, health } = town;
    const id = await cutOver('killed-late');
    const words = ['verify', health, ...quick, '--id', id, '--rollback', town.counted('killed-late')];
    const child = program.spawn([...words, '--timeout', '1s']);
    const ran =
      "SELECT 1 FROM deployment_stages WHERE deployment_id = ? AND stage = 'rollback' AND status = 'success'";
    await eventually(() => program.rows(ran, id).length === 1 || undefined, {
      what: 'the end of the command',
    });
    child.kill('SIGKILL');
    await endOf(child);
    const again = program.run(words);
    await isChecking(id);
    await town.serve('1.0.0');
    expect(await again).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/rolled back to 1\.0\.0 and verified; outage \d/),
    });
    expect([town.runs('killed-late'), rollbacks(id)]).toMatchObject([1, [{ success: 1, settled: 1 }]]);
    await expectAgreement(id);
  });

  test('Ctrl-C while a rollback runs ends its command, and it is recorded as failed', async () => {
    const { program, health } = town;
    const id = await cutOver('interrupted');
    const words = [
      'verify',
      health,
      ...brief,
      '--id',
      id,
      '--rollback',
      `${town.counted('interrupted')} exec sleep 60`,
    ];
    const child = program.spawn(words);
    await eventually(() => town.runs('interrupted') === 1 || undefined, { what: 'the rollback command' });
    child.kill('SIGINT');
    expect(await endOf(child)).toMatchObject({ code: 3, stderr: expect.stringContaining('SIGINT') });
    expect([town.runs('interrupted'), rollbacks(id)]).toMatchObject([1, [{ success: 0, settled: 1 }]]);
    await restoreByHand(id);
    await expectAgreement(id);
  });
});

describe('run --rollback', () => {
  let deploy: string;

  beforeAll(() => {
    const { program } = town;
    deploy = path.join(program.folder, 'deploy.sh');
    writeFileSync(
      deploy,
      `set -e; deploytrack() { "${program.words.join('" "')}" "$@"; }\ndeploytrack cutover -- true; exit 7\n`,
    );
  });

  test('a script that fails after its cutover is rolled back, and its exit code stays', async () => {
    const { program, health } = town;
    await town.serve('2.0.0');
    town.good('scripted');
    const back = path.join(program.folder, 'back.sh');
    const nested = `"${program.words.join('" "')}" rollback -- ${town.switchTo('1.0.0')}`;
    writeFileSync(back, `#!/bin/sh\n${nested}\n`, { mode: 0o755 });
    const words = ['run', '--deployment', 'scripted', '--version', '2.0.0', '--instance', 'web-1'];
    town.prober.begin();
    const end = await program.run([
      ...words,
      ...['--id', 'scripted', '--interval', '100ms', '--health', health],
      '--rollback',
      `@${back}`,
      '--',
      'bash',
      deploy,
    ]);
    expect(end.code).toBe(7);
    expect(end.stderr).toContain('rolled back to 1.0.0 and verified');
    expect(
      program.rows(
        "SELECT deployment_status AS status, exit_code FROM deployment_metrics WHERE version = '2.0.0' AND deployment = 'scripted'",
      ),
    ).toEqual([{ status: 'failed', exit_code: 7 }]);
    // A `rollback` in the command is not a second one.
    expect(
      program.rows(
        "SELECT reason, success FROM rollbacks WHERE from_version = '2.0.0' AND reason IN ('manual', 'script failed')",
      ),
    ).toEqual([{ reason: 'script failed', success: 1 }]);
    await expectAgreement('scripted');
  });

  test('run exits with 3 if the script and then the rollback failed', async () => {
    const { program } = town;
    town.good('twice');
    const words = [
      'run',
      '--deployment',
      'twice',
      '--version',
      '2.0.0',
      '--instance',
      'web-1',
      '--rollback',
      'exit 9',
    ];
    const end = await program.run([...words, '--', 'bash', deploy]);
    expect(end).toMatchObject({ code: 3, stderr: expect.stringContaining('failed too (exit code 9)') });
  });

  test('a script that fails before its cutover is not rolled back', async () => {
    const { program } = town;
    const words = ['run', '--deployment', 'early', '--version', '2.0.0', '--rollback', town.counted('early')];
    const end = await program.run([...words, '--', 'sh', '-c', 'exit 5']);
    expect(end).toMatchObject({ code: 5, stderr: expect.stringContaining('the cutover has not begun') });
    expect(end.stderr).toContain('hint: roll back by hand if the script has switched versions');
    expect(town.runs('early')).toBe(0);
  });

  test.skipIf(noPowershell())(
    'a PowerShell script rolls back with verify, and sees the exit code',
    async () => {
      const { program, health } = town;
      const id = await cutOver('powershell');
      const script = path.join(program.folder, 'deploy.ps1');
      const [node, file] = program.words;
      writeFileSync(
        script,
        `& '${node}' '${file}' verify '${health}' ${both.join(' ')} --rollback '${town.switchTo('1.0.0')}'\nexit $LASTEXITCODE\n`,
      );
      const env = {
        ...program.env,
        DEPLOYTRACK_ID: id,
        POWERSHELL_TELEMETRY_OPTOUT: '1',
        POWERSHELL_UPDATECHECK: 'Off',
      };
      const end = await endOf(
        spawn(powershell ?? '', ['-NoProfile', '-File', script], { env, cwd: program.folder }),
      );
      expect(end).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('rolled back to 1.0.0 and verified'),
      });
      expect(rollbacks(id)).toMatchObject([{ success: 1, settled: 1 }]);
      await expectAgreement(id);
    },
  );
});

describe('Prometheus after a rollback', () => {
  test('the counters, the error budget, the time to restore and the dashboards agree with the rows', async () => {
    const { program, health } = town;
    await town.serve('1.0.0');
    town.good('measured');
    const site = ['--deployment', 'measured', '--instance', 'web-1'];
    await program.run(['init', ...site]);
    const of = '{deployment="measured"}';
    await prometheus.until(`sum(deployment_rollback_total${of})`, (value) => value === 0);
    const script = `"${program.words.join('" "')}" cutover --probe ${health} --probe-timeout 200ms -- ${town.switchTo('4.0.0')}`;
    const words = ['run', ...site, '--id', 'measured', '--version', '4.0.0', '--health', health];
    const checks = ['--interval', '100ms', '--health-timeout', '5s'];
    town.prober.begin();
    await eventually(() => town.prober.isGood || undefined, { what: 'service before the cutover' });
    const end = await program.run([
      ...[...words, ...checks, '--rollback', town.switchTo('1.0.0')],
      ...['--', 'sh', '-c', script],
    ]);
    expect(end.code).toBe(1);
    await expectAgreement('measured');

    const [row = {}] = program.rows(
      `SELECT downtime_duration AS downtime, (SELECT sum(weight) FROM error_budget_events e WHERE e.deployment_id = m.deployment_id) AS budget,
         (SELECT unixepoch(r.at, 'subsec') - unixepoch(min(v.ended_at), 'subsec') FROM health_verifications v, rollbacks r
          WHERE v.deployment_id = m.deployment_id AND r.deployment_id = m.deployment_id AND v.success = 0) AS restore
       FROM deployment_metrics m WHERE deployment_id = 'measured'`,
    );
    expect(row).toEqual({ downtime: outages('measured')[0], budget: 0.5, restore: expect.any(Number) });
    const stats = JSON.parse(await program.quiet(['stats', '--deployment', 'measured', '--json'])) as Record<
      string,
      unknown
    >;
    expect(stats.time_to_restore).toMatchObject({ median: expect.closeTo(Number(row.restore), 2) });

    await prometheus.until(`deployment_rollback_count${of}`, (value) => value === 1);
    const counted = async (metric: string) =>
      (await prometheus.query(`${metric}${of} > 0`)).map(({ labels, value }) => [
        labels.reason ?? labels.cause ?? labels.status,
        value,
      ]);
    expect(await counted('deployment_rollback_total')).toEqual([['health_check_failed', 1]]);
    expect(await counted('deployment_error_budget_consumed_total')).toEqual([['rollback_health', 0.5]]);
    expect(await counted('deployment_slo_bad_total')).toEqual([[undefined, 1]]);
    expect(await prometheus.value(`deployment_downtime_seconds_sum${of}`)).toBeCloseTo(
      Number(row.downtime),
      5,
    );
    expect(
      await panelValues(prometheus, { deployment: 'measured', deployment_id: 'measured' }),
    ).toMatchObject({
      'pipeline: Rollbacks by reason A': expect.arrayContaining(['health_check_failed 1', 'manual 0']),
      'pipeline: Rollbacks Anno': [expect.stringMatching(/^1(\.\d+)?$/)],
      'pipeline: Last deployment A': ['failed 0'],
      'deployments: Rollbacks A': ['1'],
      'deployments: Newest deployments by status A': ['failed 1'],
      'fleet: Deployments by host D': ['web-1 1'],
    });
  });
});
