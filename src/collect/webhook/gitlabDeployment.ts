import { settings } from '../../cli/define/settings.ts';
import type { ReadEvents } from './deploymentEvent.ts';
import { gitlabEnd, gitlabId, gitlabSteps, gitlabSubject, isGitlabStatus } from './gitlabJob.ts';
import { idAt, type Json, textAt, timeAt } from './json.ts';

/** A deployment hook: one deployment has begun or ended. */
export function readGitlabDeployment(body: Json): ReadEvents {
  const [jobId, deploymentId] = [idAt(body, 'deployable_id'), idAt(body, 'deployment_id')];
  const atMs = timeAt(body, 'status_changed_at');
  if (deploymentId === null || atMs === null)
    return { wrong: 'it has no deployment_id and status_changed_at' };
  const status = textAt(body, 'status');
  if (!isGitlabStatus(status)) return { ignored: `a deployment that is ${status ?? 'without a status'}` };
  const ref = textAt(body, 'ref');
  const subject = gitlabSubject(body, {
    environment: textAt(body, 'environment') ?? settings.environment.default,
    commitSha:
      /\/commit\/([0-9a-f]{7,64})$/.exec(textAt(body, 'commit_url') ?? '')?.[1] ?? textAt(body, 'short_sha'),
    ref,
    url: textAt(body, 'deployable_url'),
    triggeredBy: textAt(body, 'user', 'username'),
    triggeredAtMs: null,
    startedAtMs: null,
  });
  if (subject === null) return { wrong: 'it names no project' };
  const id = gitlabId(body, jobId === null ? `deployment-${deploymentId}` : `job-${jobId}`);
  return {
    events: [
      {
        source: 'gitlab',
        eventId: `${id}-${status}`,
        atMs,
        deploymentId: id,
        step: gitlabSteps[status],
        subject,
        end: gitlabEnd(status, null),
        facts: {
          'gitlab.project': textAt(body, 'project', 'path_with_namespace'),
          'gitlab.deployment_id': deploymentId,
          'gitlab.job_id': jobId,
          'gitlab.ref': ref,
          'gitlab.status': status,
          'gitlab.environment_tier': textAt(body, 'environment_tier'),
          'gitlab.environment_url': textAt(body, 'environment_external_url'),
        },
      },
    ],
  };
}
