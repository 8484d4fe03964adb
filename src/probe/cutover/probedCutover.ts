import { deploymentRow } from '../../deployments/resolveDeployment.ts';
import type { CutoverProber, Session } from '../../session.ts';
import { measureOutages } from '../downtime.ts';
import { startProber } from '../prober.ts';
import { parseTarget } from '../target.ts';
import { attemptRecord } from '../verification/attemptRecord.ts';
import { probeHeaders } from '../verification/probeHeaders.ts';

/**
 * Probes during a cutover: `first` settles when the command may start; `settle` waits after a successful command until
 * the endpoint responds, at most `timeoutMs` from its end, and not if a signal wants to end us. Throws a usage error
 * for an invalid URL.
 */
export async function probedCutover(
  session: Session,
  { url, intervalMs, timeoutMs }: { url: string; intervalMs: number; timeoutMs: number },
): Promise<CutoverProber> {
  const { context } = session;
  const prober = startProber(context, {
    target: parseTarget({ url, headers: await probeHeaders(session, []) }),
    intervalMs,
  });
  return {
    first: prober.first,
    async settle({ end, deploymentId }) {
      if (end.shellCode === 0)
        await Promise.race([prober.untilGood({ after: end.endedAt, timeoutMs }), end.interrupted]);
      const attempts = await prober.stop(end.interrupted);
      const hasPreviousVersion = deploymentId === null || (await hasPrevious(session, deploymentId));
      return {
        outages: measureOutages({ attempts, commandStartedAt: end.startedAt, hasPreviousVersion }),
        attempts: attempts.map(attemptRecord),
      };
    },
  };
}

/** If the ledger cannot be read, an outage is not hidden. */
export async function hasPrevious(session: Session, deploymentId: string): Promise<boolean> {
  try {
    const row = await deploymentRow(session, deploymentId);
    return row === null || row.previousVersion !== null;
  } catch {
    return true;
  }
}
