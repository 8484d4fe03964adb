import type { HostFacts } from '../host/hostFacts.ts';
import type { CpuTimes } from '../host/load.ts';
import { isoTime, mayBeOneBoot } from '../model.ts';
import { findDeployment, groupKeyOf } from './deployments.ts';
import type { Database } from './file/addon.ts';
import { groupId, touchGroup } from './totals/totals.ts';

/** The facts read on this boot; null if there are none yet, or not all came in time. */
export function hostFactsOfBoot(database: Database, boot: string): HostFacts | null {
  const known = database
    .prepare<unknown[], HostFacts & { boot: string }>(
      "SELECT boot, os_version AS osVersion, cpu, cores, memory_bytes AS memoryBytes FROM host_facts WHERE cpu <> ''",
    )
    .all();
  const found = known.find((one) => mayBeOneBoot(one.boot, boot));
  if (found === undefined) return null;
  const { boot: _, ...facts } = found;
  return facts;
}

/** Stores only the facts of this boot, and the OS in the deployment's row. */
export function saveHostFacts(
  database: Database,
  kept: { facts: HostFacts; boot: string; hostname: string; wallMs: number; deploymentId: string | null },
): void {
  const { facts, boot, deploymentId } = kept;
  database.prepare('DELETE FROM host_facts WHERE boot <> ?').run(boot);
  database
    .prepare('INSERT OR REPLACE INTO host_facts VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(
      boot,
      kept.hostname,
      facts.osVersion,
      facts.cpu,
      facts.cores,
      facts.memoryBytes,
      isoTime(kept.wallMs),
    );
  if (deploymentId === null) return;
  database
    .prepare('UPDATE deployment_metrics SET os_version = ? WHERE deployment_id = ?')
    .run(facts.osVersion, deploymentId);
  touch(database, deploymentId);
}

/** What the cores had done at the start (Windows); null if that is not known for this boot. */
export function cpuTimesOf(
  database: Database,
  { deploymentId, boot }: { deploymentId: string; boot: string | null },
): CpuTimes | null {
  const kept = database
    .prepare<unknown[], string>(
      "SELECT value FROM deployment_facts WHERE deployment_id = ? AND fact = 'host.cpu_times'",
    )
    .pluck()
    .get(deploymentId);
  const [ofBoot, busyMs, totalMs] = kept?.split(' ') ?? [];
  return ofBoot !== undefined && boot !== null && mayBeOneBoot(ofBoot, boot)
    ? { busyMs: Number(busyMs), totalMs: Number(totalMs) }
    : null;
}

/** How busy the host was when a deployment ended, if that is known; what it was measured from is of no more use. */
export function saveHostLoad(
  database: Database,
  { deploymentId, load }: { deploymentId: string; load: number | null },
): void {
  database
    .prepare("DELETE FROM deployment_facts WHERE deployment_id = ? AND fact = 'host.cpu_times'")
    .run(deploymentId);
  if (load === null) return;
  database
    .prepare('UPDATE deployment_metrics SET host_load = ? WHERE deployment_id = ?')
    .run(load, deploymentId);
}

export function savePythonVersion(
  database: Database,
  { deploymentId, version }: { deploymentId: string; version: string },
): void {
  database
    .prepare('UPDATE deployment_metrics SET python_version = ? WHERE deployment_id = ?')
    .run(version, deploymentId);
  touch(database, deploymentId);
}

function touch(database: Database, deploymentId: string): void {
  const row = findDeployment(database, deploymentId);
  if (row !== null && !row.fragment) touchGroup(database, groupId(database, groupKeyOf(row)));
}
