import Database from 'better-sqlite3';
import { beforeAll, expect, test, vi } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const begun = new Date(Date.now() - 3_600_000).toISOString();
let program: Program;
beforeAll(async () => {
  program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'shop', DEPLOYTRACK_INSTANCE: 'web-1' } });
  const cutover = [...program.words, 'cutover', '--', 'true'];
  const deploy = (version: string, ...more: string[]) =>
    program.run(['run', '--version', version, ...more, '--', ...cutover]);
  await deploy('1.0', '--triggered-at', begun);
  // It fails after its cutover, and its rollback repairs what the smoke test checks.
  await deploy('1.1', '--smoke', 'login=test -f repaired', '--rollback', 'touch repaired');
  await deploy('1.2');
});

const measured = async (...words: string[]) => program.run(['stats', '--dora', ...words]);

test('stats --dora counts an automatic rollback as a failed change with a recovery, and what follows as rework', async () => {
  const { code, stdout, stderr } = await measured('--json', '--since', '1d');
  expect([code, stderr]).toEqual([0, '']);
  const [shop, ...others] = JSON.parse(stdout).groups;
  expect(others).toEqual([]);
  expect(shop).toMatchObject({
    deployment: 'shop',
    environment: 'production',
    hosts: 1,
    lead_time_for_changes: { count: 1, of: 2, level: 'elite', from_commit: 0, from_trigger: 1 },
    deployment_frequency: { value: 2, unit: 'per day', count: 2, of: 3, level: 'elite' },
    failed_deployment_recovery_time: { count: 1, of: 1, level: 'elite' },
    change_fail_rate: { value: 0.333333, count: 1, of: 3, level: 'low' },
    deployment_rework_rate: { value: 0.333333, count: 1, of: 3, level: null },
  });
  expect(shop.lead_time_for_changes.value).toBeGreaterThanOrEqual(3600);
});

test('stats --dora --by host has a column for the host, and an empty ledger gives no measures', async () => {
  const [byHost, nothing] = await Promise.all([
    measured('--by', 'host', '--format', 'csv'),
    measured('--deployment', 'other'),
  ]);
  expect(byHost.stdout.split('\r\n')[4]).toBe(
    'shop,production,web-1,change_fail_rate,0.333333,ratio,1,3,low',
  );
  expect([nothing.code, nothing.stdout]).toEqual([0, expect.stringMatching(/^no finished deployment from /)]);
});

test.each([
  [['--limit', '3'], '--dora and --limit cannot be used together'],
  [['--by', 'version'], '--by and --dora cannot be used together'],
  [['--since', '0s'], '--since is not in the past'],
])('stats --dora with %j exits with 2', async (words, said) => {
  const { code, stdout, stderr } = await measured(...words);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(said);
});

test('stats --dora counts no deployment of a clock that was ahead, which began after the end of the period', async () => {
  const database = new Database(program.ledger);
  const times =
    "deployment_started_at = '2099-01-01T00:00:00.000Z', deployment_completed_at = '2099-01-01T00:00:01.000Z'";
  database.exec(`UPDATE deployment_metrics SET ${times} WHERE version = '1.2'`);
  database.close();
  const [shop] = JSON.parse((await measured('--json')).stdout).groups;
  expect(shop.deployment_frequency).toMatchObject({ count: 1, of: 2 });
});
