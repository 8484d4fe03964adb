/**
 * Deliveries as GitHub and GitLab document them, shortened to the parts about a deployment. Times are given.
 */

const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
/** The formats of times in the two hooks of GitLab. */
const spaced = (ms: number) => iso(ms).replace('T', ' ').replace('Z', ' UTC');
const shifted = (ms: number) =>
  iso(ms + 7_200_000)
    .replace('T', ' ')
    .replace('Z', ' +0200');
const whole = (ms: number) => Math.floor(ms / 1000) * 1000;

const repository = {
  id: 186853002,
  name: 'Hello-World',
  full_name: 'Codertocat/Hello-World',
  html_url: 'https://github.com/Codertocat/Hello-World',
};
const creator = { login: 'Codertocat', id: 21031067, type: 'User' };
const sha = 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e';

const githubDeployment = (createdMs: number) => ({
  url: 'https://api.github.com/repos/Codertocat/Hello-World/deployments/145988746',
  id: 145988746,
  sha,
  ref: 'v2.1.0',
  task: 'deploy',
  payload: {},
  original_environment: 'production',
  environment: 'production',
  description: null,
  creator,
  created_at: iso(createdMs),
  updated_at: iso(createdMs),
});

export function github(createdMs: number) {
  const deployment = githubDeployment(whole(createdMs));
  return { action: 'created', deployment, workflow: null, workflow_run: null, repository, sender: creator };
}

export function githubStatus(
  createdMs: number,
  said: { id: number; state: string; at: number; description?: string },
) {
  const deployment_status = {
    url: `https://api.github.com/repos/Codertocat/Hello-World/deployments/145988746/statuses/${said.id}`,
    id: said.id,
    state: said.state,
    creator,
    description: said.description ?? '',
    environment: 'production',
    target_url: '',
    log_url: 'https://github.com/Codertocat/Hello-World/actions/runs/1/job/2',
    environment_url: 'https://user:pass@example.com/',
    created_at: iso(whole(said.at)),
    updated_at: iso(whole(said.at)),
  };
  return { ...github(createdMs), deployment_status };
}

const project = {
  id: 30,
  name: 'test-deployment-webhooks',
  web_url: 'https://gitlab.com/root/test-deployment-webhooks',
  path_with_namespace: 'root/test-deployment-webhooks',
  default_branch: 'master',
};
const user = { id: 1, name: 'Administrator', username: 'root', email: 'admin@example.com' };
const commit = '279484c09fbe69ededfced8c1bb6e6d24616b468';

export function gitlabDeployment(status: string, at: number) {
  return {
    object_kind: 'deployment',
    status,
    status_changed_at: shifted(whole(at)),
    deployment_id: 15,
    deployable_id: 796,
    deployable_url: 'https://gitlab.com/root/test-deployment-webhooks/-/jobs/796',
    environment: 'staging',
    environment_tier: 'staging',
    environment_slug: 'staging',
    environment_external_url: 'https://staging.example.com',
    project,
    short_sha: '279484c0',
    user,
    user_url: 'https://gitlab.com/root',
    commit_url: `https://gitlab.com/root/test-deployment-webhooks/-/commit/${commit}`,
    commit_title: 'Add new file',
  };
}

export function gitlabPipeline(job: { status: string; startedMs: number; endedMs: number | null }) {
  const times = {
    created_at: spaced(whole(job.startedMs - 60_000)),
    started_at: spaced(whole(job.startedMs)),
    finished_at: job.endedMs === null ? null : spaced(whole(job.endedMs)),
  };
  const environment = { name: 'staging', action: 'start', deployment_tier: 'staging' };
  return {
    object_kind: 'pipeline',
    object_attributes: {
      id: 31,
      ref: 'master',
      tag: false,
      sha: commit,
      status: 'running',
      created_at: times.created_at,
      finished_at: null,
      url: 'https://gitlab.com/root/test-deployment-webhooks/-/pipelines/31',
    },
    user,
    project,
    builds: [
      {
        id: 796,
        stage: 'deploy',
        name: 'staging',
        status: job.status,
        failure_reason: job.status === 'failed' ? 'script_failure' : null,
        user,
        environment,
        ...times,
      },
      {
        id: 380,
        stage: 'deploy',
        name: 'production',
        status: 'manual',
        created_at: times.created_at,
        started_at: null,
        finished_at: null,
        user,
        environment: { ...environment, name: 'production' },
      },
      { id: 377, stage: 'test', name: 'test-image', status: 'success', ...times, user, environment: null },
    ],
  };
}

export function generic(said: Record<string, unknown>) {
  return { id: 'deploy-42', deployment: 'gateway', version: 'b0c2642', ...said };
}
