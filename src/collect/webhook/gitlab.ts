import type { ReadEvents } from './deploymentEvent.ts';
import { readGitlabDeployment } from './gitlabDeployment.ts';
import { readGitlabPipeline } from './gitlabPipeline.ts';
import { type Json, textAt } from './json.ts';

/** Deployment and pipeline hooks; the body itself says which. */
export function readGitlab(body: Json): ReadEvents {
  const kind = textAt(body, 'object_kind');
  if (kind === 'deployment') return readGitlabDeployment(body);
  if (kind === 'pipeline') return readGitlabPipeline(body);
  if (kind === null && textAt(body, 'event_name') === null) return { wrong: 'it has no object_kind' };
  return { ignored: `an event of the kind ${kind ?? textAt(body, 'event_name')}` };
}
