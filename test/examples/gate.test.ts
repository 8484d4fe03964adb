import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseWindows } from '../../src/gate/windows/parseWindow.ts';
import { faults } from './github/lint.ts';
import { openSite, repository, type Site } from './site.ts';

/** examples/gate: the gate in a script and in a workflow. */
const file = (name: string) => path.join(repository, 'examples/gate', name);
const always = { DEPLOYTRACK_FREEZE: 'Mon-Sun UTC' };
const hotfix = { HOTFIX: 'revert 1.9', DEPLOYTRACK_TRIGGERED_BY: 'ada' };
/** A window that begins in two days. */
const later = new Intl.DateTimeFormat('en-US', { weekday: 'short', timeZone: 'UTC' }).format(
  Date.now() + 2 * 86_400_000,
);
const open = { DEPLOYTRACK_FREEZE: `${later} UTC` };

let site: Site;
beforeAll(async () => {
  site = await openSite();
  for (const name of ['deploy.sh', 'deploytrack.yaml'])
    copyFileSync(file(name), path.join(site.folder, name));
  for (const name of ['migrate.sh', 'switch.sh'])
    writeFileSync(path.join(site.folder, name), `#!/bin/sh\necho "${name} $1" >>ran\n`, { mode: 0o755 });
});
afterAll(() => site.close());

const deploy = (version: string, env: Record<string, string>) =>
  site.run('bash', ['-c', `cd '${site.folder}' && ./deploy.sh ${version}`], env);
const ran = () => readFileSync(path.join(site.folder, 'ran'), { encoding: 'utf8', flag: 'a+' });

test('the script with the gate deploys while it is open, does nothing while it is frozen, and passes as a hotfix', async () => {
  expect((await deploy('1.0', open)).code).toBe(0);
  const before = ran();
  expect(before).toBe('migrate.sh 1.0\nswitch.sh 1.0\n');
  const frozen = await deploy('1.1', always);
  expect([frozen.code, ran()]).toEqual([1, before]);
  expect(frozen.stderr).toContain('shop/production is frozen: freeze window Mon-Sun UTC');
  expect(frozen.stderr).toContain("--hotfix '<reason>' --triggered-by <name>` to deploy now");
  expect((await deploy('1.2', { ...always, ...hotfix })).code).toBe(0);
  expect(
    site.query(
      'SELECT version, triggered_by, fact, value FROM deployment_metrics JOIN deployment_facts USING (deployment_id)',
    ),
  ).toEqual([{ version: '1.2', triggered_by: 'ada', fact: 'gate.hotfix', value: 'revert 1.9' }]);
});

test('the settings file of the example holds valid windows', () => {
  const { freeze } = parse(readFileSync(file('deploytrack.yaml'), 'utf8')) as { freeze: string[] };
  expect(parseWindows(freeze, 'freeze').map(({ span }) => span.every)).toEqual(['week', 'year']);
});

test("GitHub's linter finds no problem in the workflow with the gate", async () => {
  expect(await faults('workflow', readFileSync(file('deploy.yml'), 'utf8'))).toEqual([]);
});

test('the step of the workflow writes the reason into the summary and ends the job while it is frozen', async () => {
  const { jobs } = parse(readFileSync(file('deploy.yml'), 'utf8')) as {
    jobs: { gate: { steps: { run?: string }[] } };
  };
  const step = jobs.gate.steps.at(-1)?.run ?? '';
  const summary = path.join(site.folder, 'summary.md');
  const run = (env: Record<string, string>) =>
    site.run('bash', ['-e', '-c', `cd '${site.folder}'\n${step}`], {
      GITHUB_ACTOR: 'ada',
      GITHUB_STEP_SUMMARY: summary,
      ...env,
    });
  const frozen = await run(always);
  expect([frozen.code, frozen.stdout]).toEqual([1, '::error title=frozen::freeze window Mon-Sun UTC\n']);
  expect(await run({ ...always, HOTFIX: 'revert 1.9' })).toMatchObject({ code: 0, stdout: '' });
  expect(await run(open)).toMatchObject({ code: 0, stdout: '' });
  expect(readFileSync(summary, 'utf8').split('\n')).toEqual([
    'frozen: freeze window Mon-Sun UTC',
    '- window ends: when a setting changes: windows cover every time',
    '- to pass: start this workflow by hand, with a reason',
    'hotfix: freeze window Mon-Sun UTC',
    '- window ends: when a setting changes: windows cover every time',
    '- hotfix by ada: revert 1.9',
    expect.stringMatching(/^go: error budget: 0 of 1 failed deployment used this month/),
    '',
  ]);
  // A reason of two lines must not become a command of the workflow.
  const froze = await site.run('deploytrack', [
    'gate',
    'freeze',
    '--until',
    '1h',
    '--reason',
    'x\n::add-mask::y',
  ]);
  expect(froze.code).toBe(0);
  expect((await run(open)).stdout).toMatch(/^::error title=frozen::frozen since .*: x ::add-mask::y\n$/);
});
