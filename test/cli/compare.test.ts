import { beforeAll, describe, expect, test } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';
import { oneProblemWithHint, usageErrorWithHint } from './lines.ts';

let program: Program;
let ids: string[];

async function deploy(version: string, { migrate = 'true' } = {}): Promise<string> {
  const id = await program.quiet(['start', '--deployment', 'shop', '--version', version]);
  await program.quiet([
    'phase',
    'record',
    'extract',
    '--id',
    id,
    '--duration',
    version === '1.0' ? '4s' : '9s',
  ]);
  if (version !== '1.0') await program.run(['migrate', '--id', id, '--', migrate]);
  await program.run(['finish', '--id', id]);
  return id;
}

beforeAll(async () => {
  program = newProgram();
  ids = [await deploy('1.0'), await deploy('1.1'), await deploy('1.1', { migrate: 'false' })];
}, 60_000);

describe('Command compare', { timeout: 30_000 }, () => {
  test('compare shows two deployments next to each other, phase by phase, as recorded in the ledger', async () => {
    const [one = '', other = ''] = ids;
    const { times, changes, ...both } = JSON.parse(await program.quiet(['compare', one, other, '--json']));
    expect([both.one.deployment_id, both.other.deployment_id, changes]).toEqual([one, other, null]);
    const [migrated] = program.rows(
      'SELECT migration_duration AS s FROM deployment_metrics WHERE deployment_id = ?',
      other,
    );
    expect(times).toContainEqual({ name: 'extract', one: 4, other: 9, difference: 5 });
    expect(times).toContainEqual({
      name: 'migration',
      one: null,
      other: expect.closeTo(Number(migrated?.s), 5),
      difference: null,
    });
    const text = await program.quiet(['compare', one.split('-').at(-1) ?? '', other]);
    expect(text).toMatch(/\nextract +4\.0s +9\.0s +\+5\.0s\n/);
    expect(await program.quiet(['compare', one, other, '--format', 'csv'])).toContain('extract,4,9,5\r\n');
    expect(await program.quiet(['compare', one, other, '--format', 'markdown'])).toContain(
      '| extract | 4.0s | 9.0s | +5.0s |',
    );
  });

  test('compare uses the newest deployment of a version, and says below why a deployment failed', async () => {
    const text = await program.quiet(['compare', '1.0', '1.1']);
    expect(text).toContain(ids[2]);
    expect(text).toMatch(/\noutcome +rolled out +failed and still on 1\.1 /);
    expect(text).toMatch(/\n\n1\.1: phase migration: exit code 1$/);
  });

  test('compare rejects deployments that cannot be compared with one line', async () => {
    usageErrorWithHint(await program.run(['compare', '1.0']));
    usageErrorWithHint(await program.run(['compare', '1.0', '1.1', '1.2']));
    const unknown = await program.run(['compare', '1.0', 'nobody']);
    expect([unknown.code, oneProblemWithHint(unknown)]).toEqual([
      1,
      expect.stringContaining('deployment "nobody" not found'),
    ]);
    expect((await newProgram().run(['compare', '1.0', '1.1'])).code).toBe(1);
  });
});

describe('Command report --since', { timeout: 30_000 }, () => {
  test('report --since shows the version in service, the results compared with the time before, and failures with their reasons', async () => {
    const told = JSON.parse(await program.quiet(['report', '--since', '7d', '--json']));
    expect(told.statistics).toMatchObject({ total_deployments: 3, failed_deployments: 1 });
    expect(told.statistics_before).toMatchObject({ total_deployments: 0, success_rate: null });
    expect(told.bad.map((one: { deployment_id: string }) => one.deployment_id)).toEqual([ids[2]]);
    expect(told.sites).toMatchObject([{ deployment: 'shop', version: '1.1', budget_left: 0 }]);
    expect(told.phases).toMatchObject({ bottleneck: 'extract' });
    const text = await program.quiet(['report', '--since', '7d']);
    for (const line of [
      /\nsuccess rate +66\.7% +n\/a\n/,
      /\nshop +production +1\.1 /,
      /phase migration: exit code 1/,
    ])
      expect(text).toMatch(line);
    expect(await program.quiet(['report', '--since', '7d', '--format', 'markdown'])).toContain(
      '\n### In service\n',
    );
    const nothing = await program.quiet(['report', '--since', '7d', '--environment', 'staging']);
    expect(nothing).toContain('No deployment failed or was rolled back');
    expect(nothing).not.toContain('shop');
  });

  test('report without an option summarizes the last 7 days', async () => {
    const program = newProgram();
    await program.quiet(['run', '--deployment', 'shop', '--version', '1', '--', 'true']);
    const [plain, week] = [await program.quiet(['report']), await program.quiet(['report', '--since', '7d'])];
    expect(plain).toContain('shop');
    expect(plain.split('\n').slice(1)).toEqual(week.split('\n').slice(1));
  });

  test('report --since with unsupported arguments is a usage error', async () => {
    for (const words of [
      ['--since', 'soon'],
      ['--since', '7d', 'id'],
      ['--since', '7d', '--format', 'csv'],
    ])
      usageErrorWithHint(await program.run(['report', ...words]));
  });
});
