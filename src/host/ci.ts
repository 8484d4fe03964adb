import type { Context } from '../context.ts';

/** The facts that a CI provides about the run; missing ones are null. */
export interface CiFacts {
  /** `github-actions`, `azure-devops`, …: used as `deployment_method` and in the name of a hosted runner's instance. */
  readonly name: string;
  readonly repository: string | null;
  readonly version: string | null;
  readonly commitSha: string | null;
  readonly actor: string | null;
  readonly url: string | null;
  /** A runner that will not exist after this run. */
  readonly hosted: boolean;
  readonly runner: string | null;
}

/**
 * The CI that we run in, by the variables that it documents; null if there is none. The commit of a run is enough to
 * detect it.
 */
export function ciFacts({ env }: Context): CiFacts | null {
  const of: Variables = (name) => env[name] || null;
  if (of('GITHUB_ACTIONS') === 'true' || of('GITHUB_REPOSITORY') !== null || of('GITHUB_SHA') !== null)
    return githubActions(of);
  if (/^true$/i.test(of('TF_BUILD') ?? '') || of('BUILD_SOURCEVERSION') !== null) return azureDevops(of);
  if (of('GITLAB_CI') === 'true' || of('CI_COMMIT_SHA') !== null) return gitlabCi(of);
  return of('JENKINS_URL') === null ? null : jenkins(of);
}

/** The text of a variable; null if it is unset or empty. */
type Variables = (name: string) => string | null;

function githubActions(of: Variables): CiFacts {
  const sha = of('GITHUB_SHA');
  const repository = of('GITHUB_REPOSITORY');
  const run = of('GITHUB_RUN_ID');
  const server = of('GITHUB_SERVER_URL') ?? 'https://github.com';
  return {
    name: 'github-actions',
    repository,
    version: of('GITHUB_REF_TYPE') === 'tag' ? of('GITHUB_REF_NAME') : sha,
    commitSha: sha,
    actor: of('GITHUB_ACTOR'),
    url: repository === null || run === null ? null : `${server}/${repository}/actions/runs/${run}`,
    hosted: of('RUNNER_ENVIRONMENT') === 'github-hosted',
    runner: of('RUNNER_NAME'),
  };
}

function azureDevops(of: Variables): CiFacts {
  const sha = of('BUILD_SOURCEVERSION');
  const tag = /^refs\/tags\/(.+)$/.exec(of('BUILD_SOURCEBRANCH') ?? '')?.[1] ?? null;
  const collection = of('SYSTEM_COLLECTIONURI');
  const build = of('BUILD_BUILDID');
  const project = encodeURIComponent(of('SYSTEM_TEAMPROJECT') ?? '');
  return {
    name: 'azure-devops',
    repository: of('BUILD_REPOSITORY_NAME'),
    version: tag ?? sha,
    commitSha: sha,
    actor: of('BUILD_REQUESTEDFOR'),
    url:
      collection === null || build === null
        ? null
        : `${collection}${project}/_build/results?buildId=${build}`,
    hosted: of('AGENT_ISSELFHOSTED') === '0',
    runner: of('AGENT_NAME'),
  };
}

function gitlabCi(of: Variables): CiFacts {
  const sha = of('CI_COMMIT_SHA');
  return {
    name: 'gitlab-ci',
    repository: of('CI_PROJECT_PATH'),
    version: of('CI_COMMIT_TAG') ?? sha,
    commitSha: sha,
    actor: of('GITLAB_USER_LOGIN'),
    url: of('CI_JOB_URL') ?? of('CI_PIPELINE_URL'),
    hosted: of('CI_DISPOSABLE_ENVIRONMENT') === 'true',
    runner: of('CI_RUNNER_DESCRIPTION'),
  };
}

function jenkins(of: Variables): CiFacts {
  const sha = of('GIT_COMMIT');
  return {
    name: 'jenkins',
    repository: null,
    version: of('TAG_NAME') ?? sha,
    commitSha: sha,
    actor: of('BUILD_USER_ID'),
    url: of('BUILD_URL'),
    hosted: false,
    runner: of('NODE_NAME'),
  };
}
