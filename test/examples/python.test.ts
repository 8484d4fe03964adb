import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { takeApart } from '../readme/takeApart.ts';
import { endOf, newProgram, type Program, type ProgramEnd } from '../support/program.ts';
import { repository } from './site.ts';

const folder = join(repository, 'examples/python');

function python(program: Program, ...words: readonly string[]): Promise<ProgramEnd> {
  // Leaves no compiled file next to the example.
  const env = { ...program.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
  return endOf(spawn('python3', ['-W', 'error', ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** The value of an expression in which the module is `m`. */
async function value(program: Program, expression: string): Promise<unknown> {
  const script = `import json, deployment_metrics as m; print(json.dumps(${expression}))`;
  const { code, stdout, stderr } = await python(program, '-c', script);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

async function deploy(program: Program, version: string, ...finish: readonly string[]): Promise<void> {
  const id = await program.quiet(['start', '--deployment', 'app', '--version', version]);
  await program.quiet(['phase', 'record', 'cutover', '--id', id, '--duration', '1250ms']);
  await program.run(['health', '--id', id, '--check-type', 'queue', '--', 'true']);
  await program.quiet(['finish', '--id', id, ...finish]);
}

describe('examples/python/deployment_metrics.py', () => {
  test('deployment_metrics.py gives the same results as history and stats', async () => {
    const program = newProgram();
    await deploy(program, '1.0.0');
    await deploy(program, '1.1.0', '--status', 'failed');
    await program.quiet(['start', '--deployment', 'app', '--version', '1.2.0', '--environment', 'staging']);
    const history = JSON.parse(await program.quiet(['history', '--json'])) as Record<string, unknown>[];
    const metrics = (await value(program, 'm.get_deployment_metrics(limit=10)')) as Record<string, unknown>[];
    expect(metrics.map((one) => one.version)).toEqual(['1.2.0', '1.1.0', '1.0.0']);
    const { deployment_status, ...shared } = metrics[1] ?? {};
    expect(history[1]).toMatchObject(shared);
    expect([deployment_status, shared.downtime_duration, shared.health_check_success]).toEqual([
      'failed',
      1.25,
      true,
    ]);
    expect(metrics[0]).toMatchObject({ status: 'in-progress', health_check_success: false });
    const stats = JSON.parse(await program.quiet(['stats', '--json'])) as Record<string, unknown>;
    const counted = (await value(program, 'm.get_deployment_statistics()')) as Record<string, unknown>;
    expect(stats).toMatchObject(counted);
    expect(counted).toMatchObject({ total_deployments: 2, success_rate: 0.5, avg_downtime: 1.3 });
    const page = takeApart(readFileSync(join(repository, 'docs/library.md'), 'utf8')).blocks;
    const example = page.find(({ language }) => language === 'python')?.text ?? '';
    const said = await python(program, '-c', `${example}\nprint(rate, latest["version"])`);
    expect(said).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/\n0\.5 1\.2\.0\n$/) });
    const latest = 'm.get_latest_deployment_metrics(environment="production")["version"]';
    expect(await value(program, latest)).toBe('1.1.0');
  });

  test('deployment_metrics.py handles an empty ledger and names missing deployments', async () => {
    const program = newProgram();
    const script = join(folder, 'deployment_metrics.py');
    const without = await python(program, script);
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('no ledger at')]);
    await program.run(['init', '--deployment', 'app']);
    expect(await python(program, script)).toMatchObject({
      code: 0,
      stdout: 'Success rate: n/a\nAverage downtime: n/a\nLatest: n/a\n',
      stderr: '',
    });
    await deploy(program, '1.0.0');
    const { stdout } = await python(program, script);
    expect(stdout).toMatch(/^1\.0\.0: success, \d+\.\ds total, 1\.3s downtime\nSuccess rate: 100\.0%\n/);
  });
});
