import { beforeAll, describe, expect, test } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';
import { usageErrorWithHint } from './lines.ts';

let program: Program;

async function deploy(version: string, { migrate = 'true' } = {}): Promise<string> {
  const id = await program.quiet(['start', '--deployment', 'shop', '--version', version]);
  await program.quiet(['venv-rebuild', '--id', id, '--', 'sleep', '0.2']);
  await program.run(['migrate', '--id', id, '--', migrate]);
  await program.run(['finish', '--id', id]);
  return id;
}

beforeAll(async () => {
  program = newProgram();
  await deploy('1.0');
  const taken = await deploy('1.1');
  await program.quiet(['rollback', '--of', taken, '--reason', 'health_check_failed']);
  await deploy('1.2');
}, 60_000);

const json = async (...words: string[]) =>
  JSON.parse((await program.run(['stats', ...words, '--json'])).stdout);

describe('stats in detail', { timeout: 30_000 }, () => {
  test('stats --by version shows failed and rolled back versions, and which one to roll back to', async () => {
    const { parts, go_back_to } = await json('--by', 'version');
    expect(parts).toMatchObject([
      { version: '1.2', failed: 0, rolled_back: 0 },
      { version: '1.1', failed: 0, rolled_back: 1 },
      { version: '1.0', failed: 0, rolled_back: 0 },
    ]);
    expect(go_back_to).toMatchObject([{ version: '1.2', in_service: '1.2', before: '1.0' }]);
    const { stdout } = await program.run(['stats', '--by', 'version', '--format', 'markdown']);
    expect(stdout).toContain('| 1.1 | 1 | 0 | 1 |');
    expect(stdout).toContain('1.2 is in service, without a failure or rollback; the previous one is 1.0\n');
    expect((await json('--by', 'upgrade')).parts.map(Object.values)[0].slice(2, 4)).toEqual(['1.0', '1.2']);
    expect((await json('--by', 'host')).parts).toHaveLength(1);
  });

  test('stats --phases names the bottleneck and how to improve it', async () => {
    const { stdout } = await program.run(['stats', '--phases']);
    expect(stdout).toMatch(
      /^PHASE .*\nvenv_rebuild .*\nmigration .*\n\n(outside of phases: [\d.]+% of the total time\n)?(bottleneck|longest phase): venv_rebuild, [\d.]+% of the total time\n {2}cache dep/,
    );
    expect(await json('--by', 'phase')).toEqual(await json('--phases'));
  });

  test('stats --budget exits with 1 if the error budget is spent, so that a pipeline can stop', async () => {
    const half = await program.run(['stats', '--budget', '--json']);
    expect(half.code).toBe(0);
    const [budget] = JSON.parse(half.stdout).budgets;
    expect(budget).toMatchObject({
      deployment: 'shop',
      used: 0.5,
      left: 0.5,
      causes: { rollback_health: 0.5 },
    });
    await deploy('1.3', { migrate: 'false' });
    const spent = await program.run(['stats', '--budget']);
    expect(spent).toMatchObject({ code: 1, stderr: '' });
    expect(spent.stdout).toMatch(
      /shop +production +4 +150\.0% +0\.0% +rollback_health 0.5, migration_failed 1\n/,
    );
    expect((await program.run(['stats', '--budget', '--month', '2020-12'])).code).toBe(0);
    expect((await program.run(['stats', '--budget', '--environment', 'staging'])).code).toBe(0);
    // One of the failures has no later success yet.
    expect(await json()).toMatchObject({ bad_deployments: 2, time_to_restore: { count: 1 } });
  });

  test('unsupported combinations of stats options are usage errors with a hint', async () => {
    for (const words of [
      ['--by', 'phase', '--budget'],
      ['--phases', '--budget'],
      ['--budget', '--month', '2026-13'],
      ['--budget', '--since', '7d'],
      ['--month', '2026-01'],
    ])
      usageErrorWithHint(await program.run(['stats', ...words]));
  });

  test('stats without a ledger prints one line and exits with 0', async () => {
    const empty = newProgram();
    for (const words of [['--by', 'version'], ['--phases'], ['--budget']])
      expect(await empty.run(['stats', ...words])).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/there is no ledger at \S+ yet/),
      });
  });
});
