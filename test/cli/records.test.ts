import { describe, expect, test, vi } from 'vitest';
import { newProgram } from '../support/program.ts';
import { begun, outcome } from './begun.ts';
import { oneWarningWithHint, usageErrorWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

const tests =
  'SELECT test_name AS test, status, exit_code AS code, error_message AS error, judged, late FROM smoke_tests';

describe('Command smoke', () => {
  test('smoke runs a test, exits with its exit code and records the result', async () => {
    const program = await begun();
    expect(await program.run(['smoke', 'log in', '--', 'sh', '-c', 'exit 7'])).toMatchObject({
      code: 7,
      stderr: '',
    });
    await program.quiet(['smoke', 'pay', 'true']);
    expect(program.rows(tests)).toEqual([
      { test: 'log in', status: 'failure', code: 7, error: 'exit code 7', judged: 'yes', late: 0 },
      { test: 'pay', status: 'success', code: 0, error: null, judged: 'yes', late: 0 },
    ]);
    expect(program.rows('SELECT count(*) AS stages FROM deployment_stages')).toEqual([{ stages: 0 }]);
  });

  test.each([
    ['failed by the latest run', [['a', 'false']], ['failed', 'smoke test a: exit code 1']],
    [
      'successful if it passed in the end',
      [
        ['a', 'false'],
        ['a', 'true'],
      ],
      ['success', null],
    ],
    [
      'end with a warning if it may fail',
      [['a', '--allow-failure', 'false']],
      ['warning', 'smoke test a: exit code 1'],
    ],
    ['successful if it was run with --try', [['a', '--try', 'false']], ['success', null]],
    [
      'failed if it failed in another tool',
      [['a', '--failed', '--error', 'boo']],
      ['failed', 'smoke test a: boo'],
    ],
    ['successful if it passed in another tool', [['a', '--passed']], ['success', null]],
  ])('a smoke test makes a deployment %s', async (_, runs, ended) => {
    const program = await begun();
    for (const words of runs) await program.run(['smoke', ...words]);
    await program.run(['finish']);
    expect(outcome(program)).toEqual(ended);
  });

  test('a smoke test that ran elsewhere is recorded for the host that is given', async () => {
    const program = await begun();
    await program.quiet(['smoke', 'a', '--host', 'web-1', '--failed']);
    expect(program.rows('SELECT service FROM smoke_tests')).toEqual([{ service: 'app@web-1' }]);
    await program.quiet(['finish']);
    expect(outcome(program)).toEqual(['failed', 'smoke test a (app@web-1): failed']);
  });

  test('smoke after the end of a deployment is recorded and counted, and does not change the status', async () => {
    const program = await begun();
    await program.quiet(['finish']);
    expect(await program.run(['smoke', 'a', 'false'])).toMatchObject({ code: 1, stderr: '' });
    expect(program.rows(tests)).toMatchObject([{ status: 'failure', late: 1 }]);
    expect(program.rows("SELECT value FROM totals WHERE family = 'smoke_test_total' AND value > 0")).toEqual([
      { value: 1 },
    ]);
    expect(outcome(program)).toEqual(['success', null]);
  });

  test.each([
    [['smoke', 'a']],
    [['smoke', '', '--passed']],
    [['smoke', 'x'.repeat(201), 'true']],
    [['smoke', 'a', '--passed', '--failed']],
    [['smoke', 'a', '--passed', '--', 'true']],
    [['smoke', 'a', '--try', '--allow-failure', 'true']],
  ])('%j is a usage error, and nothing is run or written', async (words) => {
    const program = await begun();
    usageErrorWithHint(await program.run(words));
    expect(program.rows(tests)).toEqual([]);
  });
});

describe('Command cost', () => {
  const bills = 'SELECT deployment_id AS id, resource, cost_usd AS usd FROM infrastructure_costs ORDER BY id';

  test('cost adds up amounts by resource', async () => {
    const program = await begun();
    for (const usd of ['0.1', '0.2', '1250']) await program.quiet(['cost', 'compute', usd]);
    const [total] = program.rows(
      "SELECT value FROM totals WHERE family = 'deployment_infrastructure_cost_usd_total'",
    );
    expect(total).toEqual({ value: 1_250_300_000 });
    expect(JSON.parse(await program.quiet(['show', '--json'])).costs).toEqual([
      { resource: 'compute', usd: 1250.3 },
    ]);
  });

  test('cost without an ID uses the newest finished deployment, and says so', async () => {
    const program = await begun();
    await program.quiet(['finish']);
    const env = { DEPLOYTRACK_ID: undefined };
    expect((await program.run(['cost', 'compute', '2'], { env })).stderr).toContain('recorded for d');
    await program.quiet(['cost', 'compute', '3', '--of', 'd'], { env });
    expect(program.rows(bills)).toMatchObject([
      { id: 'd', usd: 2 },
      { id: 'd', usd: 3 },
    ]);
  });

  test.each([
    ['cost'],
    ['cost', 'a'],
    ['cost', 'a', '-1'],
    ['cost', 'a', '1,5'],
    ['cost', 'a', 'NaN'],
    ['cost', '', '1'],
    ['cost', 'a', '1', '--of', 'none'],
  ])('%s %s %s is a usage error', async (...words) => {
    const program = await begun();
    const end = await program.run(words);
    expect([end.code, end.stderr.match(/^deploytrack: error: /gm)?.length]).toEqual([2, 1]);
    expect(program.rows(bills)).toEqual([]);
  });
});

describe('Command error-rate', () => {
  test('error-rate records the ratio with its service and source', async () => {
    const program = await begun();
    await program.quiet(['error-rate', '0.0125', '--service', 'api']);
    expect(JSON.parse(await program.quiet(['show', '--json'])).error_rates).toMatchObject([
      { service: 'api', error_rate: 0.0125, source: 'measured elsewhere' },
    ]);
  });

  test.each(['1.01', '-0.1', '5%', ''])('error-rate %j is a usage error', async (ratio) => {
    const program = await begun();
    expect((await program.run(['error-rate', ratio])).code).toBe(2);
    expect(program.rows('SELECT * FROM post_deployment_errors')).toEqual([]);
  });
});

describe('Command phase record', () => {
  const stages =
    'SELECT stage, started_at AS started, ended_at AS ended, duration_seconds AS seconds, status, error_message AS error FROM deployment_stages';

  test('phase record records a phase timed by another tool, with its column', async () => {
    const program = await begun();
    await program.quiet([
      'phase',
      'record',
      'extract',
      '--duration',
      '1m30s',
      '--started',
      '2026-01-14T18:45:00Z',
    ]);
    expect(program.rows(stages)).toEqual([
      {
        stage: 'extract',
        started: '2026-01-14T18:45:00.000Z',
        ended: '2026-01-14T18:46:30.000Z',
        seconds: 90,
        status: 'success',
        error: null,
      },
    ]);
    expect(program.rows('SELECT extract_duration AS seconds FROM deployment_metrics')).toEqual([
      { seconds: 90 },
    ]);
  });

  test('phase record of a failed phase fails the deployment, but exits with 0', async () => {
    const program = await begun();
    await program.quiet(['phase', 'record', 'build', '--duration', '5s', '--error', 'no disk']);
    await program.run(['finish']);
    expect(outcome(program)).toEqual(['failed', 'phase build: no disk']);
  });

  test.each([
    [['build']],
    [['build', '--duration', '5']],
    [['Build!', '--duration', '5s']],
    [['build', '--duration', '5s', '--status', 'ok']],
  ])('phase record with %j is a usage error', async (words) => {
    const program = await begun();
    expect((await program.run(['phase', 'record', ...words])).code).toBe(2);
    expect(program.rows(stages)).toEqual([]);
  });
});

test.each([
  ['smoke', 'a', '--passed'],
  ['cost', 'compute', '1'],
  ['error-rate', '0.1'],
  ['phase', 'record', 'build', '--duration', '1s'],
])('%s without a deployment gives one warning', async (...words) => {
  const program = newProgram();
  oneWarningWithHint(await program.run(words.filter((word) => word !== undefined)));
});
