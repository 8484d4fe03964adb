import { DeploytrackError } from '../../errors.ts';
import { findDeployment } from '../../ledger/deployments.ts';
import type { Session } from '../../session.ts';
import { flag, type Invocation } from '../../words/invocation.ts';
import { startFacts } from './startFacts.ts';

/**
 * Inside `run`, a `start` or `run` of the same deployment and environment is that run's own: its id. Null outside, with
 * an id of its own, and for another deployment, which is told.
 */
export async function joinedRun(session: Session, invocation: Invocation): Promise<string | null> {
  const runId = session.context.env.DEPLOYTRACK_RUN;
  if (runId === undefined || runId === '' || flag(invocation, 'id')) return null;
  try {
    const facts = startFacts(session, { needsVersion: false });
    const row = findDeployment(await session.store.database(), runId);
    if (row === null || row.status !== 'in-progress') return null;
    if (row.deployment === facts.deployment.value && row.environment === facts.environment.value)
      return runId;
    session.warnings.push({
      code: 'OTHER_RUN',
      message: `this ${invocation.word} opens a deployment of its own: the run ${runId} is of ${row.deployment}/${row.environment}`,
    });
  } catch (error) {
    if (error instanceof DeploytrackError && error.code === 'USAGE') throw error;
  }
  return null;
}
