import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import { applyCollected } from '../../ledger/collected/applyCollected.ts';
import {
  groupLeftEmpty,
  noteHealth,
  noteRemoved,
  noteRun,
  type StoredContainer,
  saveContainer,
  storedContainer,
} from '../../ledger/collected/containers.ts';
import { saveFacts } from '../../ledger/collected/facts.ts';
import { findDeployment } from '../../ledger/deployments.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { wasPruned } from '../../ledger/keep/pruned.ts';
import { markGone } from '../../ledger/push/staleGroups.ts';
import type { Mark } from '../../marks.ts';
import type { FinalStatus } from '../../model.ts';
import { deploymentIdOf, finishMark, healthMark, type Place, startMark } from './containerMarks.ts';
import type { ContainerState } from './containerState.ts';
import type { DeploymentLabels } from './deploymentLabels.ts';

/** Everything that is written to, within the caller's transaction. */
interface Writing {
  readonly context: Context;
  readonly database: Database;
}

/**
 * Brings the ledger to the current state of a container. Events that were recorded before change nothing: events,
 * inspections and restarts may come in any number and any order, also after `prune` has deleted what they made.
 */
export function ingestContainer(
  writing: Writing,
  { state, labels, place }: { state: ContainerState; labels: DeploymentLabels; place: Place },
): Warning[] {
  const { database } = writing;
  const deploymentId = deploymentIdOf(state.id);
  const known = storedContainer(database, state.id);
  if (known === null && wasPruned(database, deploymentId)) return []; // it has counted
  const beganMs = state.startedMs ?? state.createdMs ?? writing.context.instant().wallMs;
  const warnings: Warning[] = [];
  if (known === null) {
    const mark = startMark(deploymentId, {
      labels,
      place,
      atMs: Math.min(state.createdMs ?? beganMs, beganMs),
    });
    warnings.push(...applyCollected(writing.context, { database, marks: [mark] }));
    saveContainer(database, {
      containerId: state.id,
      deploymentId,
      name: state.name,
      startedMs: state.startedMs,
    });
    keepContainerFacts(writing, { state, labels, deploymentId });
  }
  warnings.push(...ingestHealth(writing, { known, state, beganMs, deploymentId }));
  const end = endOf(state, { labels, beganMs });
  if (end !== null && isOpen(database, deploymentId))
    warnings.push(...apply(writing, finishMark(deploymentId, end)));
  if ((known?.endedAt ?? null) !== null || state.endedMs !== null)
    noteRun(database, { containerId: state.id, endedMs: state.endedMs, exitCode: state.exitCode });
  return warnings;
}

/** A verdict of the check that differs from the last one and is newer. */
export function ingestHealth(
  writing: Writing,
  {
    known,
    state,
    beganMs,
    deploymentId,
  }: {
    known: StoredContainer | null;
    state: Pick<ContainerState, 'id' | 'health'>;
    beganMs: number;
    deploymentId: string;
  },
): Warning[] {
  if (state.health === null) return [];
  const { isHealthy, atMs, output } = state.health;
  const health = isHealthy ? 'healthy' : 'unhealthy';
  const isOld = known !== null && known.healthAt !== null && atMs <= Date.parse(known.healthAt);
  if (known?.health === health || isOld) return [];
  noteHealth(writing.database, { containerId: state.id, health, atMs });
  const mark = healthMark(deploymentId, { isHealthy, atMs, startedMs: beganMs, output });
  return apply(writing, mark);
}

interface End {
  readonly atMs: number;
  readonly status: FinalStatus;
  readonly exitCode: number | null;
  readonly error: string | null;
}

/**
 * The result that closes its deployment: its label, its health check, or, without either, that it started; null as long
 * as there is none.
 */
function endOf(
  state: ContainerState,
  { labels, beganMs }: { labels: DeploymentLabels; beganMs: number },
): End | null {
  const { startedMs, endedMs, exitCode, health, hasHealthcheck } = state;
  const well = { status: 'success', exitCode: null, error: null } as const;
  if (startedMs !== null && labels.status !== null)
    return {
      ...well,
      atMs: startedMs,
      status: labels.status,
      error: labels.status === 'failed' ? 'its label deployment.status is failed' : null,
    };
  if (health !== null)
    return health.isHealthy
      ? { ...well, atMs: health.atMs }
      : {
          atMs: health.atMs,
          status: 'failed',
          exitCode: null,
          error: `health: ${health.output ?? 'unhealthy'}`,
        };
  if (endedMs !== null && (hasHealthcheck || (exitCode ?? 0) !== 0))
    return {
      atMs: endedMs,
      status: exitCode === 0 && !hasHealthcheck ? 'success' : 'failed',
      exitCode,
      error: `the container ended with ${exitCode}${hasHealthcheck ? ' before it was healthy' : ''}`,
    };
  return startedMs !== null && !hasHealthcheck ? { ...well, atMs: Math.max(startedMs, beganMs) } : null;
}

/** The container is gone; so is the group, unless another container took its place. */
export function ingestRemoval(
  writing: Writing,
  { containerId, atMs }: { containerId: string; atMs: number },
): Warning[] {
  const { database } = writing;
  const known = storedContainer(database, containerId);
  if (known === null || known.removedAt !== null) return [];
  const { deploymentId } = known;
  noteRemoved(database, { containerId, atMs });
  const error = 'the container was removed before its end was known';
  const warnings = isOpen(database, deploymentId)
    ? apply(writing, finishMark(deploymentId, { atMs, status: 'failed', exitCode: null, error }))
    : [];
  const left = groupLeftEmpty(database, deploymentId);
  if (left !== null)
    markGone(database, { groupId: left, nowMs: atMs, why: `container ${known.name} was removed` });
  return warnings;
}

function keepContainerFacts(
  { context, database }: Writing,
  { state, labels, deploymentId }: { state: ContainerState; labels: DeploymentLabels; deploymentId: string },
): void {
  saveFacts(database, {
    deploymentId,
    source: 'docker',
    atMs: context.instant().wallMs,
    facts: {
      'docker.container': state.name,
      'docker.container_id': state.id,
      'docker.image': state.image,
      'docker.image_id': state.imageId,
      'docker.timestamp': labels.timestampMs === null ? null : new Date(labels.timestampMs).toISOString(),
      'docker.status': labels.status,
    },
  });
}

function isOpen(database: Database, deploymentId: string): boolean {
  return findDeployment(database, deploymentId)?.status === 'in-progress';
}

function apply({ context, database }: Writing, mark: Mark): Warning[] {
  return applyCollected(context, { database, marks: [mark] });
}
