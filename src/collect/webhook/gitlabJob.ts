import { type DeploymentEvent, hostOf, idOfThing, type Subject, versionOfRef } from './deploymentEvent.ts';
import { type Json, textAt } from './json.ts';

/** The states of jobs and deployments, and their meaning here; those that have not started are ignored. */
export const gitlabSteps = { running: 'runs', success: 'ended', failed: 'ended', canceled: 'ended' } as const;

export type GitlabStatus = keyof typeof gitlabSteps;

export function isGitlabStatus(text: string | null): text is GitlabStatus {
  return text !== null && Object.hasOwn(gitlabSteps, text);
}

export function gitlabEnd(status: GitlabStatus, reason: string | null): DeploymentEvent['end'] {
  if (status === 'running') return null;
  return status === 'success'
    ? { status: 'success', error: null }
    : { status: 'failed', error: reason ?? `GitLab reported ${status}` };
}

/**
 * The ID of a deployment is that of the job that deploys, so that a deployment hook and a pipeline hook agree. A
 * deployment created through the API has no job.
 */
export function gitlabId(body: Json, thing: string): string {
  const host = hostOf(textAt(body, 'project', 'web_url'));
  return idOfThing('gitlab', { host, publicHost: 'gitlab.com', thing });
}

/** The project of a hook; null if there is none. */
export function gitlabSubject(
  body: Json,
  said: Pick<
    Subject,
    'environment' | 'commitSha' | 'url' | 'triggeredBy' | 'triggeredAtMs' | 'startedAtMs'
  > & {
    ref: string | null;
  },
): Subject | null {
  const path = textAt(body, 'project', 'path_with_namespace');
  if (path === null) return null;
  const { ref, ...rest } = said;
  return {
    ...rest,
    deployment: path.split('/').at(-1) ?? path,
    isTransient: false,
    service: null,
    host: null,
    origin: `gitlab-${path.replaceAll('/', '-')}`,
    version: versionOfRef(ref) ?? said.commitSha ?? 'unknown',
    previousVersion: null,
    method: 'gitlab',
    notes: null,
  };
}
