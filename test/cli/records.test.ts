import { describe, expect, test, vi } from 'vitest';
import { newProgram } from '../support/program.ts';
import { begun, outcome } from './begun.ts';
import { oneWarningWithHint, usageErrorWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

const tests =
  'SELECT test_name AS test, status, exit_code AS code, error_message AS error, judged, late FROM smoke_tests';

describe('smoke', () => {
  test('runs a test: its exit code is ours, its row says how it went', async () => {
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
      'well where it passed in the end',
      [
        ['a', 'false'],
        ['a', 'true'],
      ],
      ['success', null],
    ],
    [
      'a warning where it may fail',
      [['a', '--allow-failure', 'false']],
      ['warning', 'smoke test a: exit code 1'],
    ],
    ['well where it was only tried', [['a', '--try', 'false']], ['success', null]],
    [
      'failed by one that ran elsewhere',
      [['a', '--failed', '--error', 'boo']],
      ['failed', 'smoke test a: boo'],
    ],
    ['well by one that ran elsewhere', [['a', '--passed']], ['success', null]],
  ])('makes a deployment %s', async (_, runs, ended) => {
    const program = await begun();
    for (const words of runs) await program.run(['smoke', ...words]);
    await program.run(['finish']);
    expect(outcome(program)).toEqual(ended);
  });

  test('of a finished deployment is kept and counted, and changes no status', async () => {
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

describe('cost', () => {
  const bills = 'SELECT deployment_id AS id, resource, cost_usd AS usd FROM infrastructure_costs ORDER BY id';

  test('adds up, by resource', async () => {
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

  test('is of the newest finished deployment where no other is meant, and says so', async () => {
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
    expect([end.code, end.stderr.split('\n').length]).toEqual([2, 2]);
    expect(program.rows(bills)).toEqual([]);
  });
});

describe('error-rate', () => {
  test('is kept with its service and source', async () => {
    const program = await begun();
    await program.quiet(['error-rate', '0.0125', '--service', 'api']);
    expect(JSON.parse(await program.quiet(['show', '--json'])).error_rates).toMatchObject([
      { service: 'api', error_rate: 0.0125, source: 'measured elsewhere' },
    ]);
  });

  test.each(['1.01', '-0.1', '5%', ''])('%j is a usage error', async (ratio) => {
    const program = await begun();
    expect((await program.run(['error-rate', ratio])).code).toBe(2);
    expect(program.rows('SELECT * FROM post_deployment_errors')).toEqual([]);
  });
});

describe('phase record', () => {
  const stages =
    'SELECT stage, started_at AS started, ended_at AS ended, duration_seconds AS seconds, status, error_message AS error FROM deployment_stages';

  test('keeps a phase that something else timed, with its column', async () => {
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

  test('a failed one fails the deployment, not us', async () => {
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
  ])('%j is a usage error', async (words) => {
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
])('%s of no deployment is one warning', async (...words) => {
  const program = newProgram();
  oneWarningWithHint(await program.run(words.filter((word) => word !== undefined)));
});
