import { defaultMs } from '../../cli/define/settings.ts';
import type { FinishMark, HealthMark, StartMark } from '../../marks.ts';
import type { FinalStatus, Instant } from '../../model.ts';
import type { DeploymentLabels } from './deploymentLabels.ts';

/** Where its deployments are. */
export interface Place {
  /** The engine's host, or what the user calls it. */
  readonly hostname: string;
  /** Where the labels name none. */
  readonly environment: string;
}

/** The same container is the same deployment, however often it is looked at. */
export function deploymentIdOf(containerId: string): string {
  return `docker-${containerId.slice(0, 12)}`;
}

export function startMark(
  deploymentId: string,
  { labels, place, atMs }: { labels: DeploymentLabels; place: Place; atMs: number },
): StartMark {
  const { deployment, version, commitSha, timestampMs } = labels;
  return {
    kind: 'start',
    markId: `${deploymentId}:start`,
    deploymentId,
    at: wallOnly(atMs),
    deployment,
    environment: labels.environment ?? place.environment,
    service: deployment,
    instance: place.hostname.toLowerCase(),
    hostname: place.hostname,
    runner: null,
    version,
    previousVersion: null,
    commitSha,
    url: null,
    triggeredAtMs: timestampMs !== null && timestampMs <= atMs ? timestampMs : null,
    triggeredBy: null,
    method: 'docker',
    notes: null,
    pythonCommand: null,
    rollbackOf: null,
    caller: null,
    callerRole: 'caller',
    abandonAfterMs: defaultMs('abandon-after'),
    takeOver: false,
    join: true,
    declare: { services: [], stages: [], tests: [], resources: [], checkTypes: ['container'] },
  };
}

export function finishMark(
  deploymentId: string,
  end: { atMs: number; status: FinalStatus; exitCode: number | null; error: string | null },
): FinishMark {
  return {
    kind: 'finish',
    markId: `${deploymentId}:finish`,
    deploymentId,
    at: wallOnly(end.atMs),
    status: end.status,
    exitCode: end.exitCode,
    error: end.error,
    notes: null,
    onExit: false,
    abandoned: false,
    discard: false,
    keepOpen: false,
  };
}

/** A verdict of the container's own health check. How long the check took is not told: its latency is 0 and not observed. */
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

/** The engine tells wall time alone. */
function wallOnly(wallMs: number): Instant {
  return { wallMs, monotonicSeconds: null, boot: null };
}
