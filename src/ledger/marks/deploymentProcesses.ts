import type { ProcessIdentity, StartMark } from '../../marks.ts';
import type { ProcessState } from '../../processes.ts';
import type { Database } from '../file/addon.ts';
import { isOpen } from '../statuses.ts';

/** Whether the process that a row names is still running. */
export type LifeTest = (process: ProcessIdentity) => ProcessState;

/** A running process keeps its deployment from being abandoned. */
export function saveProcess(
  database: Database,
  kept: { deploymentId: string; role: StartMark['callerRole'] | 'phase'; process: ProcessIdentity },
): void {
  const { pid, pidNamespace, started, boot } = kept.process;
  database
    .prepare(
      'INSERT OR REPLACE INTO processes (deployment_id, role, pid, pid_namespace, started, boot) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(kept.deploymentId, kept.role, pid, pidNamespace ?? '', started, boot);
}

const columns = "pid, nullif(pid_namespace, '') AS pidNamespace, started, boot";

/**
 * Checks every process of an open deployment now, so that nothing is looked up while the ledger is locked. A process
 * added meanwhile is checked when needed.
 */
export function withKnownLives(database: Database, look: LifeTest): LifeTest {
  const open = database.prepare<unknown[], ProcessIdentity>(
    `SELECT ${columns} FROM processes p WHERE EXISTS (SELECT 1 FROM deployment_metrics m
     WHERE m.deployment_id = p.deployment_id AND m.${isOpen})`,
  );
  const seen = new Map(open.all().map((one) => [JSON.stringify(one), look(one)]));
  return (process) => seen.get(JSON.stringify(process)) ?? look(process);
}

/**
 * Whether a process of this deployment is running: its caller, `run`, or a wrapped phase. Unknown if none is seen
 * running and the state of one is unknown.
 */
export function deploymentLife(
  database: Database,
  { deploymentId, life }: { deploymentId: string; life: LifeTest },
): ProcessState {
  const processes = database
    .prepare<unknown[], ProcessIdentity>(`SELECT ${columns} FROM processes WHERE deployment_id = ?`)
    .all(deploymentId);
  const lives = new Set(processes.map(life));
  if (lives.has('alive')) return 'alive';
  return lives.has('unknown') ? 'unknown' : 'dead';
}
