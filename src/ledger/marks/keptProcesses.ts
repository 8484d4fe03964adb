import type { ProcessIdentity, StartMark } from '../../marks.ts';
import type { Life } from '../../processes.ts';
import type { Database } from '../file/addon.ts';

/** Whether the process that a row names still lives. */
export type LifeTest = (process: ProcessIdentity) => Life;

/** The process carries its deployment on while it lives. */
export function keepProcess(
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

/**
 * Whether a process of this deployment lives: its caller, `run`, or a wrapped phase. Unknown where none is seen alive and
 * of one nobody can tell.
 */
export function deploymentLife(
  database: Database,
  { deploymentId, life }: { deploymentId: string; life: LifeTest },
): Life {
  const processes = database
    .prepare(
      "SELECT pid, nullif(pid_namespace, '') AS pidNamespace, started, boot FROM processes WHERE deployment_id = ?",
    )
    .all(deploymentId) as ProcessIdentity[];
  const lives = new Set(processes.map(life));
  if (lives.has('alive')) return 'alive';
  return lives.has('unknown') ? 'unknown' : 'dead';
}
