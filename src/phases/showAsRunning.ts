import { deploymentRow, serviceOf } from '../deployments/resolveDeployment.ts';
import type { Instant } from '../model.ts';
import { identify } from '../processes.ts';
import type { Session } from '../session.ts';
import { phaseStartMark } from './phaseMarks.ts';

/**
 * A phase of a running deployment is open while this process works on it: reports show what the script waits for, and
 * the deployment is not considered abandoned.
 */
export async function showAsRunning(
  session: Session,
  phase: { deploymentId: string; stage: string; runId: string; at: Instant },
): Promise<void> {
  const { context, store } = session;
  const row = await deploymentRow(session, phase.deploymentId).catch(() => null);
  if (row === null || row.status !== 'in-progress' || row.fragment) return;
  const process = identify(context, context.pid);
  session.warnings.push(
    ...(await store.record(phaseStartMark(context, { ...phase, service: serviceOf(session), process }))),
  );
}
