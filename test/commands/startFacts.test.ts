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

describe('In GitHub Actions', () => {
  test('start takes name, version, user, host and run URL from GitHub Actions', () => {
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

  test('start in GitHub Actions prefers a tag to the commit', () => {
    expect(facts({ ...github, GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2' })).toMatchObject({
      version: { value: 'v1.2' },
      commitSha: sha,
    });
  });

  test('start in GitHub Actions uses the host name of a self-hosted runner', () => {
    expect(facts({ ...github, RUNNER_ENVIRONMENT: 'self-hosted' })).toMatchObject({
      hostname: 'web-1',
      runner: 'GitHub Actions 3',
    });
  });

  test('start uses repository name and commit of GitHub even if only these variables were passed on', () => {
    expect(facts({ GITHUB_REPOSITORY: 'acme/gateway', GITHUB_SHA: sha })).toMatchObject({
      deployment: { value: 'gateway' },
      version: { value: sha },
      hostname: 'web-1',
    });
  });
});

describe('In Azure DevOps', () => {
  test('start takes name, version, user and run URL from Azure DevOps', () => {
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

  test('start in Azure DevOps prefers a tag to the commit, and does not use a hosted agent as the host', () => {
    expect(facts({ ...azure, BUILD_SOURCEBRANCH: 'refs/tags/v2', AGENT_ISSELFHOSTED: '0' })).toMatchObject({
      version: { value: 'v2' },
      hostname: 'azure-devops-acme-gateway',
    });
  });

  test('the run URL of Azure DevOps is complete even if the project name has a space', () => {
    expect(facts({ ...azure, SYSTEM_TEAMPROJECT: 'my shop' }).url).toBe(
      'https://dev.azure.com/acme/my%20shop/_build/results?buildId=12',
    );
  });
});

describe('In GitLab CI', () => {
  test('start takes name, version, user and job URL from GitLab CI', () => {
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

  test('start in GitLab CI prefers a tag to the commit', () => {
    expect(facts({ ...gitlab, CI_COMMIT_TAG: 'v3' }).version.value).toBe('v3');
  });
});

describe('Without a CI', () => {
  test('start without a CI takes name and version from the repository, with the method manual', () => {
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

  test('start without a name and a repository is a usage error, and never uses the folder name', () => {
    expect(() => facts({})).toThrow('missing deployment name');
  });

  test('start with sudo records the account that called it', () => {
    expect(facts({ SUDO_USER: 'ada', USER: 'root' }, { deployment: 'x' }).triggeredBy).toBe('ada');
  });

  test('start without a version records `unknown` with a warning', () => {
    expect(facts({}, { deployment: 'x' })).toMatchObject({
      version: { value: 'unknown' },
      warnings: [{ code: 'VERSION' }],
    });
  });
});

describe('Given values', () => {
  test('given values take precedence over inferred ones', () => {
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

  test('the environment takes precedence over the settings file, and both over the CI', () => {
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
  ])('an empty %s is treated as not set', (name, value) => {
    expect(facts({ ...github, [name]: value }, { deployment: 'x' }).version.value).toBe(sha);
  });
});
