import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { has, root } from './readme/document.ts';
import { takeApart } from './readme/takeApart.ts';
import { because } from './support/because.ts';
import { endOf, newProgram, type Program, type ProgramEnd } from './support/program.ts';
import { serve } from './support/serve.ts';
import { startSwitchedService } from './support/switchedService.ts';

/**
 * Runs the scripts of the pages as their CI systems do: with the variables these set, and steps that do
 * nothing.
 */

vi.setConfig({ testTimeout: 60_000 });

const blocks = (page: string, language: string) =>
  takeApart(readFileSync(join(root, 'docs', page), 'utf8'))
    .blocks.filter((block) => block.language === language)
    .map(({ text }) => text);

interface World {
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  bash(script: string, env?: Readonly<Record<string, string>>): Promise<ProgramEnd>;
  deployments(): Record<string, unknown>[];
}

/**
 * A checkout with the scripts that a page calls, one of which may fail, and a service of version `abc1234`.
 */
async function newWorld(failing = ''): Promise<World> {
  const program = newProgram();
  const service = await startSwitchedService('abc1234');
  onTestFinished(() => service.stop());
  const bin = join(program.folder, 'bin');
  mkdirSync(bin);
  const write = (file: string, text: string) => writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  write(join(bin, 'deploytrack'), `exec '${program.words.join("' '")}' "$@"`);
  write(join(bin, 'docker'), '[ "$4 $5" != "web ./migrate.sh" ] || exec ./migrate.sh');
  write(
    join(bin, 'ssh'),
    `shift\nexec env -u DEPLOYTRACK_ID DEPLOYTRACK_LEDGER='${join(program.folder, 'target.db')}' sh -c "$*"`,
  );
  for (const name of ['build', 'migrate', 'switch', 'smoke', 'warm-up'])
    write(join(program.folder, `${name}.sh`), name === failing ? 'exit 3' : 'exit 0');
  const env = {
    ...program.env,
    PATH: `${bin}:${program.env.PATH}`,
    VERSION: 'abc1234',
    HEALTH_URL: service.healthUrl,
  };
  return {
    program,
    env,
    bash: (script, more = {}) => {
      const words = ['-eo', 'pipefail', '-c', script];
      return endOf(
        spawn('bash', words, {
          cwd: program.folder,
          env: { ...env, ...more },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      );
    },
    deployments: () =>
      program.rows(
        `SELECT m.deployment_status AS status, m.version, m.deployment_method AS method, m.url, m.error_message AS error,
         (SELECT group_concat(stage, ' ') FROM deployment_stages s WHERE s.deployment_id = m.deployment_id) AS stages FROM deployment_metrics m`,
      ),
  };
}

describe.each([
  ['bash.md', 0, 'build migration cutover health_check'],
  ['compose.md', 0, 'pull migration cutover health_check'],
  ['ssh.md', 1, 'migration cutover health_check'],
])('Script of %s', (page, at, stages) => {
  const script = blocks(page, 'bash')[at] ?? '';

  test('the script of a page deploys', async () => {
    const world = await newWorld();
    expect((await world.bash(script)).code).toBe(0);
    expect(world.deployments()).toMatchObject([{ status: 'success', version: 'abc1234', stages }]);
  });

  test('the script of a page and its deployment end with the exit code of the failed step', async () => {
    const world = await newWorld('migrate');
    expect((await world.bash(script)).code).toBe(3);
    expect(world.deployments()).toMatchObject([{ status: 'failed', error: 'phase migration: exit code 3' }]);
  });
});

describe('Script of shell.md', () => {
  const [script = ''] = blocks('shell.md', 'bash');

  test('the script of shell.md deploys, and its function is a phase', async () => {
    const world = await newWorld();
    expect(await world.bash(script)).toMatchObject({ code: 0, stderr: '' });
    expect(world.deployments()).toMatchObject([
      { status: 'success', version: 'abc1234', stages: 'build warm_up cutover health_check' },
    ]);
  });

  test('a command that fails in the script of shell.md is the error of its deployment', async () => {
    const world = await newWorld('warm-up');
    expect((await world.bash(script)).code).toBe(3);
    expect(world.deployments()).toMatchObject([
      { status: 'failed', error: expect.stringMatching(/^(line \d+: )?\.\/warm-up\.sh "\$release"$/) },
    ]);
  });
});

interface GitlabJob {
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
}

/** Runs a job like GitLab's runner: `script` in one shell, `after_script` in another. */
async function runGitlabJob(
  world: World,
  { name, job }: { name: string; job: GitlabJob },
): Promise<ProgramEnd> {
  const given = {
    GITLAB_CI: 'true',
    CI_COMMIT_SHA: 'abc1234',
    CI_JOB_ID: '796',
    CI_JOB_NAME: name,
    CI_PIPELINE_ID: '31',
    CI_JOB_URL: 'https://gitlab.example/jobs/796',
  };
  const variables = Object.fromEntries(
    Object.entries(job.variables).map(([key, text]) => [
      key,
      text.replaceAll(/\$(CI_\w+)/g, (_, variable: keyof typeof given) => given[variable]),
    ]),
  );
  // There is no gateway here, and the test started the service.
  const env = { ...given, ...variables, PUSHGATEWAY_URL: '', HEALTH_URL: world.env.HEALTH_URL ?? '' };
  const end = await world.bash(job.script.join('\n'), env);
  const after = (job.after_script ?? []).join('\n');
  await world.bash(after, { ...env, CI_JOB_STATUS: end.code === 0 ? 'success' : 'failed' });
  return end;
}

describe('Jobs of gitlab.md', () => {
  const [one = '', several = ''] = blocks('gitlab.md', 'yaml');
  const { deploy } = parse(one) as { deploy: GitlabJob };
  const jobs = parse(several) as { build: GitlabJob; finish: GitlabJob };

  test('one job of gitlab.md deploys', async () => {
    const world = await newWorld();
    expect((await runGitlabJob(world, { name: 'deploy', job: deploy })).code).toBe(0);
    expect(world.deployments()).toEqual([
      {
        status: 'success',
        version: 'abc1234',
        method: 'gitlab-ci',
        url: 'https://gitlab.example/jobs/796',
        error: null,
        stages: 'migration cutover health_check',
      },
    ]);
  });

  test('the after_script of gitlab.md closes a failed deployment', async () => {
    const world = await newWorld('migrate');
    expect((await runGitlabJob(world, { name: 'deploy', job: deploy })).code).toBe(3);
    expect(world.deployments()).toMatchObject([{ status: 'failed', error: 'phase migration: exit code 3' }]);
  });

  test('several jobs of gitlab.md are one deployment', async () => {
    const [first, last] = [await newWorld(), await newWorld()];
    await runGitlabJob(first, { name: 'build', job: jobs.build });
    mkdirSync(join(last.program.folder, 'marks'));
    const marks = join('marks', 'build.jsonl');
    writeFileSync(join(last.program.folder, marks), readFileSync(join(first.program.folder, marks)));
    expect((await runGitlabJob(last, { name: 'finish', job: jobs.finish })).code).toBe(0);
    expect(last.deployments()).toMatchObject([{ status: 'success', stages: 'build' }]);
  });
});

interface AzureStep {
  readonly bash: string;
  readonly displayName: string;
  readonly condition?: string;
}

/**
 * Each step runs in a shell of its own; variables set with the agent's command are passed to the next steps.
 */
async function runAzure(world: World, steps: readonly AzureStep[]): Promise<string> {
  let status = 'Succeeded';
  let env: Record<string, string> = {
    TF_BUILD: 'True',
    BUILD_SOURCEVERSION: 'abc1234',
    DEPLOYTRACK_DEPLOYMENT: 'gateway',
  };
  for (const { bash, displayName, condition } of steps) {
    if (displayName === 'Install' || (status !== 'Succeeded' && condition !== 'always()')) continue;
    const { code, stdout } = await world.bash(bash.replaceAll('$(Agent.JobStatus)', status), env);
    if (code !== 0) status = 'Failed';
    for (const [, name = '', value = ''] of stdout.matchAll(
      /^##vso\[task\.setvariable variable=(\w+)\](.*)$/gm,
    ))
      env = { ...env, [name]: value };
  }
  return status;
}

describe('Pipeline of azure-devops.md', () => {
  const { steps } = parse(blocks('azure-devops.md', 'yaml')[0] ?? '') as { steps: AzureStep[] };

  test.each([
    ['', 'Succeeded', { status: 'success', stages: 'migration cutover health_check' }],
    ['switch', 'Failed', { status: 'failed', error: 'phase cutover: exit code 3' }],
  ])('the pipeline of azure-devops.md with the failing step %j ends as %s', async (failing, status, row) => {
    const world = await newWorld(failing);
    expect(await runAzure(world, steps)).toBe(status);
    expect(world.deployments()).toMatchObject([{ method: 'azure-devops', version: 'abc1234', ...row }]);
  });
});

test('the parallel steps of bash.md end their own runs', async () => {
  const world = await newWorld();
  const loop = blocks('bash.md', 'bash').find((block) => block.includes('pids')) ?? '';
  const start = 'export DEPLOYTRACK_ID=$(deploytrack start --deployment gateway --version 1)';
  expect((await world.bash(`${start}\n${loop}\ndeploytrack finish`)).stderr).toBe('');
  expect(world.program.rows('SELECT service, status FROM deployment_stages ORDER BY service')).toEqual([
    { service: 'web-1', status: 'success' },
    { service: 'web-2', status: 'success' },
  ]);
});

test('the last script of ssh.md adds marks from the other host', async () => {
  const world = await newWorld();
  const script = blocks('ssh.md', 'bash')[3] ?? '';
  expect((await world.bash(script)).code).toBe(0);
  expect(world.deployments()).toMatchObject([{ status: 'success', stages: 'build health_check' }]);
});

describe.skipIf(because(!has('make'), 'no make'))('Makefile of make.md', () => {
  const makefiles = blocks('make.md', 'make');
  const calls = blocks('make.md', 'bash');

  test.each([
    [0, '', 0, { status: 'success', stages: 'build migration cutover health_check' }],
    [0, 'migrate', 2, { status: 'failed', error: 'phase migration: exit code 3', stages: 'build migration' }],
    [1, '', 0, { status: 'success', stages: 'build migration cutover health_check' }],
    [1, 'migrate', 2, { status: 'failed', error: 'phase migration: exit code 3', stages: 'build migration' }],
  ])('makefile %i of make.md with the failing step %j exits with %i', async (which, failing, code, row) => {
    const world = await newWorld(failing);
    writeFileSync(join(world.program.folder, 'Makefile'), makefiles[which] ?? '');
    expect((await world.bash(calls[which] ?? '')).code).toBe(code);
    expect(world.deployments()).toMatchObject([{ version: 'abc1234', ...row }]);
    expect(existsSync(join(world.program.folder, '.deploytrack-id'))).toBe(false);
  });
});

/** The steps of the pipeline, each in a shell of its own, and after a failure those in `post`. */
async function runJenkins(world: World, pipeline: string): Promise<void> {
  const variables = [...pipeline.matchAll(/^ {4}(\w+) = '(.+)'$/gm)].map(([, name, text]) => [name, text]);
  const env = {
    ...Object.fromEntries(variables),
    JENKINS_URL: 'https://jenkins.example/',
    GIT_COMMIT: 'abc1234',
    BUILD_URL: 'https://jenkins.example/job/gateway/7/',
    DEPLOYTRACK_ID: 'jenkins-gateway%2Fmain-7',
    HEALTH_URL: world.env.HEALTH_URL ?? '',
    PUSHGATEWAY_URL: '',
  };
  const [stages = '', post = ''] = pipeline.split(/^ {2}post /m);
  const steps = (text: string) => [...text.matchAll(/\bsh '([^']+)'/g)].map(([, step = '']) => step);
  for (const step of steps(stages)) {
    if ((await world.bash(step, env)).code === 0) continue;
    for (const last of steps(post)) await world.bash(last, env);
    return;
  }
}

describe('Pipeline of jenkins.md', () => {
  const [pipeline = ''] = blocks('jenkins.md', 'groovy');

  test.each([
    ['', { status: 'success', stages: 'migration cutover health_check' }],
    ['switch', { status: 'failed', error: 'phase cutover: exit code 3', stages: 'migration cutover' }],
  ])('the pipeline of jenkins.md records its deployment with the failing step %j', async (failing, row) => {
    const world = await newWorld(failing);
    await runJenkins(world, pipeline);
    expect(world.deployments()).toMatchObject([
      { method: 'jenkins', version: 'abc1234', url: 'https://jenkins.example/job/gateway/7/', ...row },
    ]);
  });
});

test.skipIf(because(!has('curl') || !has('openssl'), 'no curl or no openssl'))(
  'the request of webhooks.md is accepted once',
  async () => {
    const [script = ''] = blocks('webhooks.md', 'bash');
    const [event = ''] = blocks('webhooks.md', 'json');
    const env = { DEPLOYTRACK_WEBHOOK_GENERIC_SECRET: 'it\'s a "secret"' };
    const world = await newWorld();
    const { url, program } = await serve({ program: world.program, run: { env } });
    writeFileSync(
      join(program.folder, 'event.json'),
      event.replace(/2026-01-14T18:47:15Z/, new Date().toISOString()),
    );
    const here = script.replace('http://127.0.0.1:9102', url);
    expect((await world.bash(here, env)).stdout).toBe('taken: webhook-deploy-42\n');
    expect((await world.bash(here, env)).stdout).toBe('already seen: webhook-deploy-42\n');
  },
);
