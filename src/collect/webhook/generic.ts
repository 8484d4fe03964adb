import { settings } from '../../cli/define/settings.ts';
import { deploymentStatuses, isDeploymentId } from '../../model.ts';
import type { ReadEvents } from './deploymentEvent.ts';
import { type Json, textAt, timeAt } from './json.ts';

/** Our own format, for senders without one (`docs/webhooks.md`). */
export function readGeneric(body: Json): ReadEvents {
  const [eventId, said] = [textAt(body, 'event_id'), textAt(body, 'id')];
  const id = `webhook-${said ?? ''}`;
  const atMs = timeAt(body, 'at');
  const status = deploymentStatuses.find((one) => one === textAt(body, 'status'));
  const [deployment, version] = [textAt(body, 'deployment'), textAt(body, 'version')];
  if (eventId === null) return { wrong: 'it has no event_id; each event needs its own' };
  if (said === null || !isDeploymentId(id))
    return { wrong: 'its id is missing or invalid; expected letters, digits, . _ -, at most 56' };
  if (atMs === null)
    return {
      wrong: 'its at is missing or invalid; expected a time with a zone, for example 2026-01-14T18:47:15Z',
    };
  if (status === undefined)
    return { wrong: `its status is missing or unknown; expected ${deploymentStatuses.join(', ')}` };
  if (deployment === null || version === null) return { wrong: 'it has no deployment and version' };
  return {
    events: [
      {
        source: 'webhook',
        eventId,
        atMs,
        deploymentId: id,
        step: status === 'in-progress' ? 'runs' : 'ended',
        subject: {
          deployment,
          version,
          environment: textAt(body, 'environment') ?? settings.environment.default,
          isTransient: false,
          service: textAt(body, 'service'),
          host: textAt(body, 'hostname'),
          origin: `webhook-${deployment}`,
          previousVersion: textAt(body, 'previous_version'),
          commitSha: textAt(body, 'commit_sha'),
          url: textAt(body, 'url'),
          triggeredBy: textAt(body, 'triggered_by'),
          triggeredAtMs: timeAt(body, 'triggered_at'),
          method: textAt(body, 'deployment_method') ?? 'webhook',
          notes: textAt(body, 'notes'),
          startedAtMs: timeAt(body, 'deployment_started_at') ?? (status === 'in-progress' ? atMs : null),
        },
        end: status === 'in-progress' ? null : { status, error: textAt(body, 'error_message') },
        facts: { 'webhook.id': said, 'webhook.status': status },
      },
    ],
  };
}
