import { isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { isNotOpen } from '../statuses.ts';
import { groupId, Totals, touchGroup } from '../totals/totals.ts';

/** The stored state of a container, as far as it was recorded. */
export interface StoredContainer {
  readonly containerId: string;
  readonly deploymentId: string;
  readonly name: string;
  readonly health: 'healthy' | 'unhealthy' | null;
  readonly healthAt: string | null;
  readonly endedAt: string | null;
  readonly removedAt: string | null;
}

const columns = `container_id AS containerId, deployment_id AS deploymentId, name, health, health_at AS healthAt, ended_at AS endedAt,
  removed_at AS removedAt`;

export function storedContainer(database: Database, containerId: string): StoredContainer | null {
  const found = database.prepare(`SELECT ${columns} FROM containers WHERE container_id = ?`).get(containerId);
  return (found as StoredContainer | undefined) ?? null;
}

/** The containers that existed at the last inspection. */
export function presentContainers(database: Database): StoredContainer[] {
  return database
    .prepare<unknown[], StoredContainer>(`SELECT ${columns} FROM containers WHERE removed_at IS NULL`)
    .all();
}

export function saveContainer(
  database: Database,
  one: { containerId: string; deploymentId: string; name: string; startedMs: number | null },
): void {
  database
    .prepare('INSERT INTO containers (container_id, deployment_id, name, started_at) VALUES (?, ?, ?, ?)')
    .run(one.containerId, one.deploymentId, one.name, timeOrNull(one.startedMs));
}

export function noteHealth(
  database: Database,
  { containerId, health, atMs }: { containerId: string; health: 'healthy' | 'unhealthy'; atMs: number },
): void {
  database
    .prepare('UPDATE containers SET health = ?, health_at = ? WHERE container_id = ?')
    .run(health, isoTime(atMs), containerId);
}

/** It runs (again), or has ended. */
export function noteRun(
  database: Database,
  {
    containerId,
    endedMs,
    exitCode,
  }: { containerId: string; endedMs: number | null; exitCode: number | null },
): void {
  database
    .prepare('UPDATE containers SET ended_at = ?, exit_code = ? WHERE container_id = ?')
    .run(timeOrNull(endedMs), exitCode, containerId);
}

export function noteRemoved(
  database: Database,
  { containerId, atMs }: { containerId: string; atMs: number },
): void {
  database
    .prepare('UPDATE containers SET removed_at = ? WHERE container_id = ? AND removed_at IS NULL')
    .run(isoTime(atMs), containerId);
}

/**
 * The group of a container's deployment, if no container of it is left and nothing newer was deployed in it by other
 * means; otherwise null.
 */
export function groupLeftEmpty(database: Database, deploymentId: string): number | null {
  const found = database
    .prepare<unknown[], { id: number; newest: string; present: number }>(
      `SELECT g.id, (SELECT d.deployment_id FROM deployment_metrics d WHERE d.instance = g.instance AND d.deployment = g.deployment
           AND d.environment = g.environment AND d.fragment = 0 ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT 1) AS newest,
         EXISTS (SELECT 1 FROM containers c JOIN deployment_metrics d ON d.deployment_id = c.deployment_id WHERE c.removed_at IS NULL
           AND d.instance = g.instance AND d.deployment = g.deployment AND d.environment = g.environment) AS present
       FROM deployment_metrics m JOIN groups g ON g.instance = m.instance AND g.deployment = m.deployment AND g.environment = m.environment
       WHERE m.deployment_id = ?`,
    )
    .get(deploymentId);
  if (found === undefined || found.present === 1) return null;
  const isContainers = database.prepare('SELECT 1 FROM containers WHERE deployment_id = ?').get(found.newest);
  return isContainers === undefined ? null : found.id;
}

/** CPU seconds since the container's start, and its peak of memory as far as observed. */
export interface ContainerUse {
  readonly containerId: string;
  readonly cpuSeconds: number | null;
  readonly memoryBytes: number | null;
}

/** Smaller changes are not written: an idle container makes no news. */
const leastCpuSeconds = 0.05;

/**
 * Adds the resource use of a container since the last inspection: to its deployment's row, and its CPU to the totals of
 * the group. A lower value than before means that the container was restarted. Only once the deployment has ended: its
 * own values are set then.
 */
export function addUse(database: Database, { containerId, cpuSeconds, memoryBytes }: ContainerUse): void {
  const before = database
    .prepare<unknown[], Before>(
      `SELECT c.cpu_seconds AS cpu, c.memory_bytes AS memory, d.deployment_id AS deploymentId, d.instance, d.deployment, d.environment
       FROM containers c JOIN deployment_metrics d ON d.deployment_id = c.deployment_id
       WHERE c.container_id = ? AND d.${isNotOpen}`,
    )
    .get(containerId);
  if (before === undefined) return;
  const isAgain = before.cpu !== null && cpuSeconds !== null && cpuSeconds < before.cpu;
  const used = cpuSeconds === null ? 0 : cpuSeconds - (isAgain ? 0 : (before.cpu ?? 0));
  const peak = Math.max(before.memory ?? 0, memoryBytes ?? 0);
  if (used < leastCpuSeconds && before.cpu !== null && peak <= (before.memory ?? 0)) return;
  database
    .prepare(
      'UPDATE containers SET cpu_seconds = coalesce(?, cpu_seconds), memory_bytes = ? WHERE container_id = ?',
    )
    .run(cpuSeconds, peak || null, containerId);
  database
    .prepare(
      'UPDATE deployment_metrics SET cpu_seconds = round(coalesce(cpu_seconds, 0) + ?, 6), memory_bytes = max(coalesce(memory_bytes, 0), ?) WHERE deployment_id = ?',
    )
    .run(used, peak, before.deploymentId);
  const group = groupId(database, before);
  new Totals(database, group).countAmount('deployment_cpu_usage_seconds', { amount: used });
  touchGroup(database, group);
}

interface Before {
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly deploymentId: string;
  readonly instance: string;
  readonly deployment: string;
  readonly environment: string;
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
