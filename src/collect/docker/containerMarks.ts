import type { FinishMark, HealthMark, StartMark } from '../../marks.ts';
import type { FinalStatus } from '../../model.ts';
import { finishOfOthers, startOfOthers, wallOnly } from '../marksOfOthers.ts';
import type { DeploymentLabels } from './deploymentLabels.ts';

/** The group of its deployments. */
export interface Place {
  /** The engine's host, or its name given by the user. */
  readonly hostname: string;
  /** The environment for containers whose labels name none. */
  readonly environment: string;
}

/** The same container is the same deployment, however often it is inspected. */
export function deploymentIdOf(containerId: string): string {
  return `docker-${containerId.slice(0, 12)}`;
}

export function startMark(
  deploymentId: string,
  { labels, place, atMs }: { labels: DeploymentLabels; place: Place; atMs: number },
): StartMark {
  const { deployment, version, commitSha, timestampMs } = labels;
  return startOfOthers({
    markId: `${deploymentId}:start`,
    deploymentId,
    at: wallOnly(atMs),
    deployment,
    environment: labels.environment ?? place.environment,
    hostname: place.hostname,
    version,
    commitSha,
    triggeredAtMs: timestampMs !== null && timestampMs <= atMs ? timestampMs : null,
    method: 'docker',
    declare: { services: [], stages: [], tests: [], resources: [], checkTypes: ['container'] },
  });
}

export function finishMark(
  deploymentId: string,
  end: { atMs: number; status: FinalStatus; exitCode: number | null; error: string | null },
): FinishMark {
  const { atMs, ...rest } = end;
  return finishOfOthers({ markId: `${deploymentId}:finish`, deploymentId, at: wallOnly(atMs), ...rest });
}

/** A verdict of the container's own health check. Its duration is unknown: the latency is 0 and not observed. */
export function healthMark(
  deploymentId: string,
  {
    isHealthy,
    atMs,
    startedMs,
    output,
  }: { isHealthy: boolean; atMs: number; startedMs: number; output: string | null },
): HealthMark {
  const id = `${deploymentId}:health:${atMs}`;
  const words = isHealthy ? 'healthy' : `unhealthy${output === null ? '' : `: ${output}`}`;
  return {
    kind: 'health',
    markId: id,
    verificationId: id,
    deploymentId,
    at: wallOnly(atMs),
    service: null,
    checkType: 'container',
    target: null,
    startedAt: wallOnly(Math.min(startedMs, atMs)),
    success: isHealthy,
    verdict: isHealthy ? 'healthy' : 'command_failed',
    words,
    expectedVersion: null,
    attempts: [],
    firstGoodAt: isHealthy ? wallOnly(atMs) : null,
    sinceMs: null,
    judged: 'yes',
  };
}
