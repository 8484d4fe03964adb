import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../schemas/health.schema.json', import.meta.url), 'utf8'),
) as object;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/**
 * Stricter than the shipped schema: readers must accept future fields, but here a field without a description
 * is a mistake.
 */
const strict = JSON.parse(JSON.stringify(schema), (_, value) =>
  value?.properties === undefined ? value : { ...value, additionalProperties: false },
) as object;
const fits = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': time } }).compile(
  strict,
);

interface Health {
  readonly status: string;
  readonly service: string | null;
  readonly version: string | null;
  readonly deployment_metrics: readonly Record<string, unknown>[];
  readonly deployment_statistics: Record<string, number | null>;
  readonly deployment_history: readonly Record<string, unknown>[];
}

async function health(url: string): Promise<{ status: number; body: Health }> {
  const response = await fetch(url);
  const body = (await response.json()) as Health;
  expect([fits(body), fits.errors]).toEqual([true, null]);
  return { status: response.status, body };
}

async function deploy(
  program: Program,
  {
    name = 'gateway',
    version = '1.0.0',
    environment = 'production',
    isHealthy = true,
    finish = [] as string[],
  },
): Promise<void> {
  const named = ['--deployment', name, '--environment', environment, '--version', version];
  const id = await program.quiet(['start', ...named, '--method', 'azure-arc']);
  await program.quiet(['extract', '--id', id, '--', 'true']);
  await program.run([
    'health',
    '--id',
    id,
    '--timeout',
    '100ms',
    '--check-type',
    'queue',
    '--',
    String(isHealthy),
  ]);
  await program.quiet(['finish', '--id', id, '--notes', 'by hand', ...finish]);
}

describe('/health', () => {
  test('/health responds before any deployment', async () => {
    const { url } = await serve();
    const { status, body } = await health(`${url}/health`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'unknown', service: null, version: null, deployment_metrics: [] });
    expect(body.deployment_statistics).toMatchObject({ total_deployments: 0, avg_duration: null });
  });

  test('/health has every field of the document that it replaces, in its order, with values of the ledger', async () => {
    const program = newProgram();
    await deploy(program, { version: '1.0.0' });
    await deploy(program, { version: '1.1.0', finish: ['--status', 'warning'] });
    await deploy(program, { version: '1.2.0', isHealthy: false });
    const { url } = await serve({ program });
    const { status, body } = await health(`${url}/health`);
    expect([status, Object.keys(body)]).toEqual([
      200,
      [
        'status',
        'service',
        'environment',
        'version',
        'in_service_since',
        'python_version',
        'deployment_metrics',
        'deployment_statistics',
        'deployment_history',
      ],
    ]);
    expect(body).toMatchObject({ status: 'unhealthy', service: 'gateway', version: '1.1.0' });
    const [row = {}] = program.rows("SELECT * FROM deployment_metrics WHERE version = '1.1.0'");
    const shown = body.deployment_metrics.find((one) => one.version === '1.1.0') ?? {};
    for (const same of [
      'previous_version',
      'hostname',
      'deployment_started_at',
      'total_duration',
      'extract_duration',
    ])
      expect([same, shown[same]]).toEqual([same, row[same]]);
    expect(shown).toMatchObject({
      status: 'warning',
      previous_version: '1.0.0',
      health_check_success: true,
      deployment_method: 'azure-arc',
      error_message: null,
      notes: 'by hand',
    });
    expect(typeof shown.time_to_healthy).toBe('string');
    expect(body.deployment_metrics.map((one) => one.version)).toEqual(['1.2.0', '1.1.0', '1.0.0']);
    expect(body.deployment_metrics[0]).toMatchObject({ status: 'failed', health_check_success: false });
    const history = program.rows(
      'SELECT version, deployed_at, method, notes FROM deployment_history ORDER BY id DESC',
    );
    expect(body.deployment_history).toEqual(history);
  });

  test('/health has the same data for each deployment as history: sizes, trigger, hashes, rollback, and collected facts', async () => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'app.ini'), 'port = 80\n');
    const named = [
      '--deployment',
      'gateway',
      '--triggered-by',
      'ada',
      '--triggered-at',
      '2026-01-14T18:40:00Z',
    ];
    const tracked = ['--track-file', 'app.ini', '--track-packages', 'dpkg'];
    const id = await program.quiet(['start', ...named, ...tracked, '--version', '1.0.0']);
    const artifact = ['--artifact', 'app.ini', '--download-seconds', '2'];
    await program.quiet(['extract', '--id', id, ...artifact, '--', 'true']);
    await program.quiet(['migrate', '--id', id, '--database-file', 'app.ini', '--', 'true']);
    await program.quiet(['rollback', '--id', id, '--to', '0.9.0', '--reason', 'too slow']);
    await program.quiet(['finish', '--id', id]);
    await program.quiet(['start', '--deployment', 'gateway', '--version', '1.1.0']);
    const history = JSON.parse(await program.quiet(['history', '--json'])) as Record<string, unknown>[];
    const fact = { fact: 'git.tag', value: 'v1', source: 'git', at: '2026-01-14T18:41:00.000Z' };
    const database = new Database(program.ledger);
    database
      .prepare('INSERT INTO deployment_facts VALUES (@id, @fact, @value, @source, @at)')
      .run({ id, ...fact });
    database.close();
    const { url } = await serve({ program });
    const { body } = await health(`${url}/health`);
    expect(body.deployment_metrics).toEqual(
      history.map((row) => ({
        ...row,
        health_check_success: false,
        facts: row.deployment_id === id ? [fact] : [],
      })),
    );
    expect(body.deployment_metrics.map(({ status }) => status)).toEqual(['in-progress', 'failed']);
    expect(body.deployment_metrics[1]).toMatchObject({
      artifact_bytes: 10,
      download_seconds: 2,
      database_bytes: 10,
      triggered_by: 'ada',
      rolled_back_to: '0.9.0',
      files: { [join(program.folder, 'app.ini')]: expect.stringMatching(/^[0-9a-f]{64}$/) },
      packages: { dpkg: expect.objectContaining({ bash: expect.any(String) }) },
    });
  });

  test('the statistics of /health match the totals of the metrics for each host', async () => {
    const program = newProgram();
    await deploy(program, { version: '1.0.0' });
    await deploy(program, { version: '1.1.0', finish: ['--status', 'warning'] });
    await deploy(program, { version: '1.2.0', finish: ['--status', 'failed'] });
    await deploy(program, { name: 'shop', version: '9.0.0' });
    await program.quiet(['start', '--deployment', 'gateway', '--version', '1.3.0']);
    const { url } = await serve({ program });
    const { body } = await health(`${url}/health/gateway`);
    const text = await (await fetch(`${url}/metrics`)).text();
    const total = (status: string) =>
      Number(
        new RegExp(`^deployment_total\\{status="${status}".*deployment="gateway".* (\\d+)$`, 'm').exec(
          text,
        )?.[1],
      );
    expect(body.deployment_statistics).toMatchObject({
      total_deployments: total('success') + total('failure'),
      successful_deployments: total('success'),
      failed_deployments: total('failure'),
    });
    expect([total('success'), total('failure')]).toEqual([2, 1]);
    const [{ mean } = {}] = program.rows(
      "SELECT round(avg(total_duration), 1) AS mean FROM deployment_metrics WHERE deployment = 'gateway' AND deployment_status IN ('success', 'warning')",
    );
    expect(body.deployment_statistics.avg_duration).toBe(mean);
  });

  test('/health reports the deployment that ended last, or the one selected by name, environment or options of serve', async () => {
    const program = newProgram();
    await deploy(program, { name: 'gateway', version: '1.0.0', environment: 'staging' });
    await deploy(program, { name: 'gateway', version: '2.0.0' });
    await deploy(program, { name: 'shop', version: '9.0.0', isHealthy: false });
    const { url } = await serve({ program });
    const said = async (path: string) => {
      const { status, body } = await health(`${url}${path}`);
      return [status, body.service, body.version, body.deployment_statistics.total_deployments];
    };
    expect(await said('/health')).toEqual([200, 'shop', null, 1]);
    expect(await said('/health?fail=1')).toEqual([503, 'shop', null, 1]);
    expect(await said('/health/gateway')).toEqual([200, 'gateway', '2.0.0', 1]);
    expect(await said('/health/gateway?environment=staging&fail=1')).toEqual([200, 'gateway', '1.0.0', 1]);
    expect(await said('/health?environment=staging')).toEqual([200, 'gateway', '1.0.0', 1]);
    const told = await serve({ program, args: ['--deployment', 'gateway', '--environment', 'staging'] });
    expect((await health(`${told.url}/health`)).body).toMatchObject({ service: 'gateway', version: '1.0.0' });
    await deploy(program, { name: 'gateway', version: '1.1.0', environment: 'staging' });
    expect((await health(`${told.url}/health`)).body.version).toBe('1.1.0');
  });

  test('/health rejects an invalid limit and unknown names', async () => {
    const program = newProgram();
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await deploy(program, { version });
    const { url } = await serve({ program });
    const { body } = await health(`${url}/health?limit=2`);
    expect([body.deployment_metrics.length, body.deployment_history.length]).toEqual([2, 2]);
    expect(body.deployment_statistics.total_deployments).toBe(3);
    const refused = async (path: string) => {
      const response = await fetch(`${url}${path}`);
      return [response.status, await response.text()];
    };
    for (const limit of ['0', '101', '-1', 'x', '1e1', ''])
      expect(await refused(`/health?limit=${limit}`)).toEqual([
        400,
        expect.stringContaining('bad request: invalid limit'),
      ]);
    expect(await refused('/health/nothing')).toEqual([
      404,
      expect.stringContaining('not found: deployment "nothing" is not in this ledger'),
    ]);
    expect((await refused('/health?environment=moon'))[0]).toBe(404);
    const head = await fetch(`${url}/health`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const served = await fetch(`${url}/health.schema.json`);
    expect([served.headers.get('content-type'), await served.json()]).toEqual([
      'application/schema+json',
      schema,
    ]);
  });
});
