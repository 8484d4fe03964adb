import { settings } from '../../cli/define/settings.ts';
import { type DeploymentEvent, hostOf, idOfThing, type ReadEvents, versionOfRef } from './deploymentEvent.ts';
import { idAt, type Json, objectAt, textAt, timeAt } from './json.ts';

/** The states that GitHub documents, and their meaning here. */
const steps = {
  queued: 'asked',
  waiting: 'waits',
  pending: 'asked',
  in_progress: 'runs',
  success: 'ended',
  failure: 'ended',
  error: 'ended',
  inactive: 'told',
} as const;

/** `deployment` and `deployment_status` events; `kind` is the header X-GitHub-Event. */
export function readGithub(body: Json, kind: string): ReadEvents {
  if (kind !== 'deployment' && kind !== 'deployment_status')
    return { ignored: `an event of the kind ${kind}` };
  const deployment = objectAt(body, 'deployment');
  const id = idAt(deployment, 'id');
  const name = textAt(body, 'repository', 'name');
  if (deployment === null || id === null || name === null)
    return { wrong: 'it names no deployment of a repository' };
  return kind === 'deployment'
    ? readDeployment(body, { deployment, id, name })
    : readStatus(body, { deployment, id, name });
}

interface Named {
  readonly deployment: Json;
  readonly id: string;
  /** The ID of the repository. */
  readonly name: string;
}

function readDeployment(body: Json, named: Named): ReadEvents {
  const atMs = timeAt(named.deployment, 'created_at');
  if (atMs === null) return { wrong: 'its deployment has no created_at' };
  return {
    events: [{ ...known(body, named), eventId: `deployment-${idOf(named)}`, atMs, step: 'asked', end: null }],
  };
}

function readStatus(body: Json, named: Named): ReadEvents {
  const status = objectAt(body, 'deployment_status');
  const id = idAt(status, 'id');
  const atMs = timeAt(status, 'created_at');
  if (status === null || id === null || atMs === null)
    return { wrong: 'its deployment_status has no id and created_at' };
  const state = textAt(status, 'state') ?? '';
  if (!Object.hasOwn(steps, state)) return { ignored: `the state ${JSON.stringify(state)}` };
  const step = steps[state as keyof typeof steps];
  const base = known(body, named);
  const { subject, facts } = base;
  const environment = textAt(status, 'environment') ?? subject.environment;
  const startedAtMs = step === 'runs' ? atMs : subject.startedAtMs;
  const url = textAt(status, 'log_url') ?? textAt(status, 'target_url') ?? subject.url;
  return {
    events: [
      {
        ...base,
        eventId: `status-${idOf(named)}-${id}`,
        atMs,
        step,
        subject: { ...subject, environment, startedAtMs, url },
        end: step === 'ended' ? endOf(state, textAt(status, 'description')) : null,
        facts: {
          ...facts,
          'github.state': state,
          'github.environment_url': textAt(status, 'environment_url'),
        },
      },
    ],
  };
}

function endOf(state: string, description: string | null): DeploymentEvent['end'] {
  if (state === 'success') return { status: 'success', error: null };
  return { status: 'failed', error: description ?? `GitHub reported ${state}` };
}

/** The facts that both events have about their deployment. */
function known(
  body: Json,
  named: Named,
): Pick<DeploymentEvent, 'source' | 'deploymentId' | 'subject' | 'facts'> {
  const { deployment, name, id } = named;
  const commitSha = textAt(deployment, 'sha');
  const ref = textAt(deployment, 'ref');
  const repository = textAt(body, 'repository', 'full_name') ?? name;
  const createdAtMs = timeAt(deployment, 'created_at');
  return {
    source: 'github',
    deploymentId: idOf(named),
    subject: {
      deployment: name,
      environment: textAt(deployment, 'environment') ?? settings.environment.default,
      isTransient: deployment.transient_environment === true,
      service: null,
      host: null,
      origin: `github-${repository.replaceAll('/', '-')}`,
      version: versionOfRef(ref) ?? commitSha ?? 'unknown',
      previousVersion: null,
      commitSha,
      url: textAt(body, 'repository', 'html_url'),
      triggeredBy: textAt(deployment, 'creator', 'login'),
      triggeredAtMs: createdAtMs,
      method: 'github',
      notes: textAt(deployment, 'description'),
      startedAtMs: createdAtMs,
    },
    facts: {
      'github.repository': repository,
      'github.deployment_id': id,
      'github.ref': ref,
      'github.task': textAt(deployment, 'task'),
    },
  };
}

function idOf({ deployment, id }: Named): string {
  return idOfThing('github', {
    host: hostOf(textAt(deployment, 'url')),
    publicHost: 'api.github.com',
    thing: id,
  });
}
