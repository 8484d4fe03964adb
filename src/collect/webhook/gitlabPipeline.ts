import type { DeploymentEvent, ReadEvents } from './deploymentEvent.ts';
import {
  type GitlabStatus,
  gitlabEnd,
  gitlabId,
  gitlabSteps,
  gitlabSubject,
  isGitlabStatus,
} from './gitlabJob.ts';
import { idAt, type Json, listAt, objectAt, textAt, timeAt } from './json.ts';

/** A pipeline hook: each of its jobs that deploys to an environment is a deployment of its own, with its own times. */
export function readGitlabPipeline(body: Json): ReadEvents {
  const pipelineId = idAt(body, 'object_attributes', 'id');
  if (pipelineId === null) return { wrong: 'it has no object_attributes.id' };
  const jobs = listAt(body, 'builds').filter((job) => textAt(job, 'environment', 'action') === 'start');
  if (jobs.length === 0) return { ignored: 'a pipeline without a job that deploys to an environment' };
  const events: DeploymentEvent[] = [];
  for (const job of jobs) {
    const status = textAt(job, 'status');
    if (!isGitlabStatus(status)) continue;
    const event = jobEvent(body, { job, status, pipelineId });
    if ('wrong' in event) return event;
    events.push(event);
  }
  return events.length === 0 ? { ignored: 'a pipeline whose deployments have not begun' } : { events };
}

function jobEvent(
  body: Json,
  { job, status, pipelineId }: { job: unknown; status: GitlabStatus; pipelineId: string },
): DeploymentEvent | { readonly wrong: string } {
  const jobId = idAt(job, 'id');
  const startedAtMs = timeAt(job, 'started_at');
  const atMs = status === 'running' ? startedAtMs : (timeAt(job, 'finished_at') ?? timeAt(job, 'created_at'));
  const environment = textAt(job, 'environment', 'name');
  if (jobId === null || atMs === null || environment === null)
    return { wrong: 'a job that deploys has no id, time or environment' };
  const ref = textAt(body, 'object_attributes', 'ref');
  const subject = gitlabSubject(body, {
    environment,
    commitSha: textAt(body, 'object_attributes', 'sha'),
    ref: objectAt(body, 'object_attributes')?.tag === true ? ref : null,
    url: textAt(body, 'object_attributes', 'url'),
    triggeredBy: textAt(job, 'user', 'username') ?? textAt(body, 'user', 'username'),
    triggeredAtMs: timeAt(body, 'object_attributes', 'created_at'),
    startedAtMs,
  });
  if (subject === null) return { wrong: 'it names no project' };
  const id = gitlabId(body, `job-${jobId}`);
  return {
    source: 'gitlab',
    eventId: `${id}-${status}`,
    atMs,
    deploymentId: id,
    step: gitlabSteps[status],
    subject,
    end: gitlabEnd(status, textAt(job, 'failure_reason')),
    facts: {
      'gitlab.project': textAt(body, 'project', 'path_with_namespace'),
      'gitlab.pipeline_id': pipelineId,
      'gitlab.job_id': jobId,
      'gitlab.ref': ref,
      'gitlab.status': status,
      'gitlab.environment_tier': textAt(job, 'environment', 'deployment_tier'),
    },
  };
}
