import type { StartMark } from '../../marks.ts';
import { isoTime } from '../../model.ts';
import type { ProcessState } from '../../processes.ts';
import { openDeployments } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { isAbandoned, lastMark } from './abandoned.ts';
import { deploymentLife, type LifeTest } from './deploymentProcesses.ts';

/** An open deployment that blocks a start. */
export interface Blocker {
  readonly deploymentId: string;
  readonly startedAt: string;
  readonly lastMarkAt: string;
  /** Whether one of its processes is running. */
  readonly life: ProcessState;
}

/**
 * The newest open deployment of the same deployment, environment and host that is not abandoned; null if there is none.
 */
export function blockerOf(
  database: Database,
  { mark, life }: { mark: StartMark; life: LifeTest },
): Blocker | null {
  const { deployment, environment, instance } = mark;
  const row = openDeployments(database, { deployment, environment, instance }).find(
    (open) =>
      open.deploymentId !== mark.deploymentId &&
      !isAbandoned(database, { ...mark, row: open, leftBehindToo: true, life }),
  );
  if (row === undefined) return null;
  const { deploymentId, startedAt } = row;
  const lastMarkAt = isoTime(lastMark(database, row).wallMs);
  return { deploymentId, startedAt, lastMarkAt, life: deploymentLife(database, { deploymentId, life }) };
}
