import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { powershell } from '../examples/powershell.ts';
import { root } from '../readme/document.ts';
import { noPowershell } from '../support/because.ts';
import { endOf, type Program, type ProgramEnd, rowsOf } from '../support/program.ts';
import { newScriptHost } from './shells.ts';

const kinds = ['throw', 'object', 'cmdlet', 'method', 'write'] as const;

/** What a caller sees of an error, without the module and with it. */
type Thrown = { readonly text: string; readonly line: number; readonly position: string };
type Compared = { readonly plain: Thrown; readonly phase: Thrown };
const whereOf = ({ line, position }: Thrown) => ({ line, position });

/** One start of PowerShell makes all deployments; each test compares one with the ledger. */
describe.skipIf(noPowershell())('PowerShell module', () => {
  let host: Program;
  let end: ProgramEnd;
  let seen: Map<string, Record<string, unknown>>;
  const service = createServer((_request, response) => response.end('{"version":"1.2.3"}'));

  beforeAll(async () => {
    const base = newScriptHost();
    const folder = join(base.folder, 'a folder with \u00fcmlauts');
    mkdirSync(folder);
    host = { ...base, ledger: join(folder, "d's.db") };
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
    const { HOME: _, DEPLOYTRACK_DEPLOYMENT: _d, DEPLOYTRACK_VERSION: _v, ...env } = base.env;
    const script = join(root, 'test/shell/powershell/cases.ps1');
    const module = join(root, 'shell/DeployTrack/DeployTrack.psd1');
    end = await endOf(
      spawn(powershell ?? '', ['-NoProfile', '-NonInteractive', '-File', script, module, address], {
        cwd: folder,
        env: {
          ...env,
          DEPLOYTRACK_LEDGER: host.ledger,
          POWERSHELL_TELEMETRY_OPTOUT: '1',
          POWERSHELL_UPDATECHECK: 'Off',
          XDG_CACHE_HOME: join(base.folder, 'cache'),
          XDG_DATA_HOME: join(base.folder, 'data'),
          XDG_CONFIG_HOME: join(base.folder, 'config'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    const lines = end.stdout.split('\n').filter((line) => line.startsWith('{'));
    seen = new Map(lines.map((line) => JSON.parse(line)).map((one) => [one.case, one.seen]));
  }, 120_000);

  afterAll(() => {
    service.close();
    rmSync(host.folder, { recursive: true, force: true });
  });

  const rows = (sql: string, ...values: readonly unknown[]) => rowsOf(host.ledger, { sql, values });
  const deployment = (name: string) =>
    rows(
      'SELECT deployment_status AS status, error_message AS error FROM deployment_metrics WHERE deployment = ? ORDER BY id',
      name,
    );
  const phases = (name: string) =>
    rows(
      `SELECT stage, s.service, s.status, s.exit_code AS code, s.error_type AS type, s.error_message AS error
       FROM deployment_stages s JOIN deployment_metrics m USING (deployment_id) WHERE m.deployment = ? ORDER BY s.id`,
      name,
    );
  const success = [{ status: 'success', error: null }];

  test('every case is reached, and nothing is printed on stderr', () => {
    expect(end.stderr).toBe('');
    expect(end.code).toBe(3);
    expect([...seen.keys()].at(-1)).toBe('speed');
  });

  test('a deployment that succeeds is recorded, and the session is as it was', () => {
    expect(seen.get('success')).toEqual({
      output: ['from extract', 'from the test'],
      set: 'kept',
      code: 4,
      errors: 0,
      id: true,
      path: true,
      action: 'Continue',
      before: 'Continue',
    });
    expect(deployment('success')).toEqual(success);
    expect(
      phases('success').map(({ stage, service, status, code }) => [stage, service, status, code]),
    ).toEqual([
      ['extract', 'success', 'success', null],
      ['warm_up', 'web', 'success', null],
      ['cutover', 'success', 'success', null],
    ]);
    expect(rows('SELECT test_name, status FROM smoke_tests')).toEqual([
      { test_name: 'log in', status: 'success' },
    ]);
    expect(rows('SELECT resource, cost_usd AS usd FROM infrastructure_costs')).toEqual([
      { resource: 'build minutes', usd: 1.5 },
    ]);
    expect(rows('SELECT * FROM warnings WHERE code = ?', 'JOURNAL')).toEqual([]);
  });

  test('phases are measured on the monotonic clock', () => {
    const clocks = rows('SELECT DISTINCT clock FROM deployment_stages WHERE duration_seconds IS NOT NULL');
    expect(clocks).toEqual([{ clock: 'monotonic' }]);
  });

  describe.each(['Stop', 'Continue'])('With $ErrorActionPreference = %s', (action) => {
    describe.each(['True', 'False'])('and $PSNativeCommandUseErrorActionPreference = %s', (native) => {
      test('an exit code fails the phase only with -FailOnExitCode, and $LASTEXITCODE stays', () => {
        const isThrown = action === 'Stop' && native === 'True';
        const text = isThrown ? expect.stringContaining('exit code: 3') : 'migrate: exit code 3';
        expect(seen.get(`native-${action}-${native}`)).toEqual({
          ...{ text, code: 3, asked: 5, later: 5, whole: 'as a whole' },
        });
        expect(deployment(`native-${action}-${native}`)).toEqual([{ status: 'failed', error: text }]);
        expect(phases(`native-${action}-${native}`)).toMatchObject([
          { stage: 'migration', status: 'failed', code: 3, type: 'exit_code' },
        ]);
        expect(deployment(`errors-${action}-${native}`)).toEqual([{ status: 'failed', error: 'as a whole' }]);
        expect(phases(`errors-${action}-${native}`)).toMatchObject([
          { stage: 'build', status: 'success', code: null },
          { stage: 'good', status: 'success', code: null },
          ...kinds.map((stage) => ({ stage, status: 'failed' })),
        ]);
      });

      test.each(kinds)('the error of %s reaches the caller unchanged, and the row has its text', (kind) => {
        const compared = seen.get(`errors-${action}-${native}`) as Record<string, Compared>;
        const { plain, phase } = compared[kind] as Compared;
        // Write-Error names its caller.
        expect(phase).toEqual(kind === 'write' ? { ...plain, ...whereOf(phase) } : plain);
        expect(phases(`errors-${action}-${native}`).find(({ stage }) => stage === kind)).toMatchObject({
          ...{ status: 'failed', code: null, type: 'other', error: plain.text },
        });
      });
    });
  });

  test('a deployment in steps fails with the error of its catch, and the ID before it is back', () => {
    expect(seen.get('steps')).toEqual({ wasSet: true, left: null });
    expect(deployment('steps')).toEqual([{ status: 'failed', error: 'in steps' }]);
    expect(phases('steps')).toMatchObject([{ stage: 'build', status: 'failed' }]);
  });

  test('a deployment in another one is separate, and one that is not finished is closed as failed', () => {
    expect(seen.get('nested')).toEqual({ left: null });
    expect(deployment('inner')).toEqual(success);
    expect(rows("SELECT notes FROM deployment_metrics WHERE deployment = 'inner'")).toEqual([
      { notes: 'two lines\n"quoted" \\' },
    ]);
    expect(phases('outer')).toMatchObject([
      { stage: 'never', status: 'failed', type: 'other', error: 'gr\u00fcn "x"\nand \u{1f600}' },
    ]);
    expect(deployment('outer')).toMatchObject([{ status: 'failed' }]);
  });

  test('umlauts, quotes and line ends of free text come through', () => {
    const name = 'gr\u00fcn "quoted" \\';
    expect(rows('SELECT version, notes FROM deployment_metrics WHERE deployment = ?', name)).toEqual([
      { version: '1 "b"', notes: `line\n${name}` },
    ]);
  });

  test('a rollback is recorded, and its error does not replace that of the deployment', () => {
    const warnings = ['The rollback failed: no way'];
    expect(seen.get('back')).toEqual({
      text: 'needs the way back',
      twice: { output: ['needs it too'], warnings },
    });
    expect(
      rows(`SELECT deployment, reason, r.to_version AS version, success, r.error_message AS error
            FROM rollbacks r JOIN deployment_metrics USING (deployment_id) WHERE deployment <> 'example' ORDER BY r.id`),
    ).toEqual([
      { deployment: 'back', reason: 'deployment failed', version: null, success: 1, error: null },
      { deployment: 'back-fails', reason: 'deployment failed', version: null, success: 0, error: 'no way' },
      { deployment: 'undone', reason: 'by hand', version: '1', success: 1, error: null },
      { deployment: 'undone', reason: 'by block', version: '1', success: 1, error: null },
    ]);
    expect(deployment('back')).toEqual([{ status: 'failed', error: 'needs the way back' }]);
  });

  test('the end of a long error is recorded, without the secret in the line that was cut', () => {
    expect(seen.get('long')).toEqual({ length: 216_007 });
    expect(deployment('long')).toEqual([{ status: 'failed', error: expect.stringMatching(/\nthe end$/) }]);
    const errors = phases('long').map(({ stage, error }) => [stage, String(error)]);
    expect(errors.map(([stage]) => stage)).toEqual(['line', 'process']);
    for (const [, error] of errors) {
      expect(error).toMatch(/\nthe end$/);
      expect(error).not.toContain('hunter2');
    }
  });

  test('in the example a rollback that fails is a warning', () => {
    expect(seen.get('example')).toEqual({ said: ['the rollback failed: no way'] });
    const sql = "SELECT success, error_message AS error FROM rollbacks WHERE reason = 'from the example'";
    expect(rows(sql)).toEqual([{ success: 0, error: 'no way' }]);
  });

  test('a service that is sick is not an error', () => {
    expect(seen.get('health')).toEqual({
      good: true,
      version: '1.2.3',
      attempts: 1,
      duration: true,
      sick: false,
      error: expect.stringContaining('127.0.0.1'),
    });
    expect(rows('SELECT success FROM health_verifications ORDER BY id')).toEqual([
      { success: 1 },
      { success: 0 },
    ]);
  });

  test('-WhatIf runs nothing and records nothing', () => {
    expect(seen.get('what if')).toEqual({ ran: false, same: true });
  });

  test('what is read has dates, durations and a view of its own', () => {
    expect(seen.get('reading')).toMatchObject({
      types: ['DeployTrack.Deployment', 'DateTime', 'Local', 'TimeSpan'],
      recent: true,
      later: 0,
      phases: ['extract', 'warm_up', 'cutover'],
      phase: 'TimeSpan',
      statistic: [true, 'TimeSpan', 'TimeSpan'],
      view: 'Started Deployment Version Status Duration Downtime Error',
      days: 'x 2 failed 25:01:02.5 100:00:00.0',
      missing: true,
      error: expect.stringContaining('nothing-like-it'),
    });
  });

  test('marks of several runspaces at once are all recorded', () => {
    const found = phases('parallel');
    expect(found).toHaveLength(20);
    expect(new Set(found.map(({ stage, service }) => `${stage} ${service}`)).size).toBe(20);
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['success']));
  });

  test('exit and break in a block end the phase and the deployment as failed', () => {
    expect(seen.get('exit')).toEqual({ output: ['before'], warnings: [] });
    expect(seen.get('break')).toEqual({ one: 1, id: null });
    for (const name of ['exit', 'break']) {
      expect(deployment(name)).toMatchObject([
        { status: 'failed', error: expect.stringContaining('ended before') },
      ]);
      expect(phases(name)).toMatchObject([{ stage: 'build', status: 'failed', type: 'other' }]);
    }
    expect(deployment('last')).toMatchObject([{ status: 'failed' }]);
  });

  test('a journal that was removed is replaced, and what a line cannot say is a call of the program', () => {
    expect(phases('removed').map(({ stage, status, code }) => [stage, status, code])).toEqual([
      ['build', 'success', null],
      ['unpack', 'failed', 300],
    ]);
  });

  test('blocks run if deploytrack is switched off or missing, which is reported once', () => {
    expect(seen.get('removed')).toEqual({ off: 'runs' });
    expect(deployment('off')).toEqual([]);
    expect(seen.get('without')).toMatchObject({
      output: ['still runs'],
      warnings: [expect.stringContaining('nothing is recorded')],
      id: null,
    });
  });

  test('a start that is refused is an error, and the block does not run', () => {
    expect(seen.get('refused')).toMatchObject({
      text: expect.stringMatching(/^The deployment was not started: .*running/s),
      id: expect.stringContaining('DeploymentRefused'),
    });
    expect(deployment('refused')).toEqual(success);
  });

  test('a mark takes much less time than the start of a process', () => {
    expect(seen.get('speed')?.ratio).toBeLessThan(0.25);
  });

  test('every runspace has a journal of its own that only its account can read', () => {
    const folder = `${host.ledger}.journal.d`;
    expect(seen.get('parallel')).toEqual({ journals: 1 + 4 });
    expect(readdirSync(folder)).toHaveLength(1);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });
});
