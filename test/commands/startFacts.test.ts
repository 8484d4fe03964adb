import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type StartFacts, startFacts } from '../../src/deployments/startFacts.ts';
import { testHost } from './testSession.ts';

const sha = 'a'.repeat(40);
const github = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'acme/gateway',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REF_NAME: 'main',
  GITHUB_SHA: sha,
  GITHUB_ACTOR: 'ada',
  GITHUB_RUN_ID: '77',
  GITHUB_SERVER_URL: 'https://github.example',
  RUNNER_ENVIRONMENT: 'github-hosted',
  RUNNER_NAME: 'GitHub Actions 3',
};
const azure = {
  TF_BUILD: 'True',
  BUILD_REPOSITORY_NAME: 'acme/gateway',
  BUILD_SOURCEVERSION: sha,
  BUILD_SOURCEBRANCH: 'refs/heads/main',
  BUILD_REQUESTEDFOR: 'Ada L.',
  BUILD_BUILDID: '12',
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
  SYSTEM_TEAMPROJECT: 'shop',
  AGENT_ISSELFHOSTED: '1',
  AGENT_NAME: 'agent-7',
};
const gitlab = {
  GITLAB_CI: 'true',
  CI_PROJECT_PATH: 'acme/group/gateway',
  CI_COMMIT_SHA: sha,
  GITLAB_USER_LOGIN: 'ada',
  CI_JOB_URL: 'https://gitlab.example/job/1',
  CI_RUNNER_DESCRIPTION: 'runner-1',
};

type Options = Readonly<Record<string, string | true>>;

function facts(env: Readonly<Record<string, string>>, options: Options = {}): StartFacts {
  return startFacts(testHost({ env }).command('start', options).session);
}

describe('in GitHub Actions', () => {
  test('name, version, who, where and the address of the run are its own', () => {
    expect(facts(github)).toMatchObject({
      deployment: { value: 'gateway', from: 'github-actions' },
      environment: { value: 'production', from: 'default' },
      service: 'gateway',
      version: { value: sha, from: 'github-actions' },
      commitSha: sha,
      method: 'github-actions',
      triggeredBy: 'ada',
      url: 'https://github.example/acme/gateway/actions/runs/77',
      hostname: 'github-actions-acme-gateway',
      instance: 'github-actions-acme-gateway',
      runner: 'GitHub Actions 3',
      warnings: [],
    });
  });

  test('a tag comes before the commit', () => {
    expect(facts({ ...github, GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2' })).toMatchObject({
      version: { value: 'v1.2' },
      commitSha: sha,
    });
  });

  test('a runner of one’s own is the host', () => {
    expect(facts({ ...github, RUNNER_ENVIRONMENT: 'self-hosted' })).toMatchObject({
      hostname: 'web-1',
      runner: 'GitHub Actions 3',
    });
  });

  test('the repository’s name and commit serve also where only they were passed on', () => {
    expect(facts({ GITHUB_REPOSITORY: 'acme/gateway', GITHUB_SHA: sha })).toMatchObject({
      deployment: { value: 'gateway' },
      version: { value: sha },
      hostname: 'web-1',
    });
  });
});

describe('in Azure DevOps', () => {
  test('name, version, who and the address of the run are its own', () => {
    expect(facts(azure)).toMatchObject({
      deployment: { value: 'gateway', from: 'azure-devops' },
      version: { value: sha },
      method: 'azure-devops',
      triggeredBy: 'Ada L.',
      url: 'https://dev.azure.com/acme/shop/_build/results?buildId=12',
      hostname: 'web-1',
      runner: 'agent-7',
    });
  });

  test('a tag comes before the commit, and a hosted agent is no host', () => {
    expect(facts({ ...azure, BUILD_SOURCEBRANCH: 'refs/tags/v2', AGENT_ISSELFHOSTED: '0' })).toMatchObject({
      version: { value: 'v2' },
      hostname: 'azure-devops-acme-gateway',
    });
  });

  test('its address is whole where the project has a blank', () => {
    expect(facts({ ...azure, SYSTEM_TEAMPROJECT: 'my shop' }).url).toBe(
      'https://dev.azure.com/acme/my%20shop/_build/results?buildId=12',
    );
  });
});

describe('in GitLab CI', () => {
  test('name, version, who and the address of the job are its own', () => {
    expect(facts(gitlab)).toMatchObject({
      deployment: { value: 'gateway' },
      version: { value: sha },
      method: 'gitlab-ci',
      triggeredBy: 'ada',
      url: 'https://gitlab.example/job/1',
      hostname: 'web-1',
      runner: 'runner-1',
    });
  });

  test('a tag comes before the commit', () => {
    expect(facts({ ...gitlab, CI_COMMIT_TAG: 'v3' }).version.value).toBe('v3');
  });
});

describe('without a CI', () => {
  test('name and version are those of the repository; method is manual', () => {
    const host = testHost({ env: { USER: 'ada' } });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        cwd: host.folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    git('init');
    git('commit', '--allow-empty', '-m', 'one');
    git('remote', 'add', 'origin', 'git@host:acme/gateway.git');
    expect(startFacts(host.command('start').session)).toMatchObject({
      deployment: { value: 'gateway', from: 'git remote' },
      version: { value: git('rev-parse', 'HEAD').trim(), from: 'git HEAD' },
      method: 'manual',
      triggeredBy: 'ada',
      url: null,
      runner: null,
    });
  });

  test('and without a repository no name is a usage error that shows the ways, never the folder’s', () => {
    expect(() => facts({})).toThrow('no deployment was named');
  });

  test('whoever used sudo is who triggered it', () => {
    expect(facts({ SUDO_USER: 'ada', USER: 'root' }, { deployment: 'x' }).triggeredBy).toBe('ada');
  });

  test('no version is `unknown` with a warning', () => {
    expect(facts({}, { deployment: 'x' })).toMatchObject({
      version: { value: 'unknown' },
      warnings: [{ code: 'VERSION' }],
    });
  });
});

describe('what is said', () => {
  test('comes before what is inferred', () => {
    const said = {
      deployment: 'x',
      environment: 'staging',
      version: '9',
      service: 'worker',
      method: 'azure-arc',
      'triggered-by': 'eve',
      instance: 'VM-QZUM-VM1',
    };
    expect(facts(github, said)).toMatchObject({
      deployment: { value: 'x', from: '--deployment' },
      environment: { value: 'staging', from: '--environment' },
      service: 'worker',
      version: { value: '9' },
      method: 'azure-arc',
      triggeredBy: 'eve',
      hostname: 'VM-QZUM-VM1',
      instance: 'vm-qzum-vm1',
    });
  });

  test('in the environment comes before the file, and that before the CI', () => {
    const host = testHost({ env: { ...github, DEPLOYTRACK_ENVIRONMENT: 'staging' } });
    writeFileSync(join(host.folder, 'deploytrack.yaml'), 'deployment: shop\nenvironment: qa\n', {
      mode: 0o600,
    });
    expect(startFacts(host.command('start').session)).toMatchObject({
      deployment: { value: 'shop', from: expect.stringContaining('deploytrack.yaml') },
      environment: { value: 'staging', from: 'DEPLOYTRACK_ENVIRONMENT' },
    });
  });

  test.each([
    ['GITHUB_REPOSITORY', ''],
    ['DEPLOYTRACK_VERSION', ''],
  ])('as an empty %s is not said', (name, value) => {
    expect(facts({ ...github, [name]: value }, { deployment: 'x' }).version.value).toBe(sha);
  });
});
