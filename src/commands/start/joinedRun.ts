import { findDeployment } from '../../ledger/deployments.ts';
import type { Session } from '../../session.ts';
import { flag, type Invocation } from '../../words/invocation.ts';

/**
 * Inside `run`, a `start` or `run` of the same deployment and environment is that run's own: its id. What is not said is the
 * run's, not what a folder or a CI would infer. Null outside, with an id of its own, and for another deployment, which is
 * told.
 */
export async function joinedRun(session: Session, invocation: Invocation): Promise<string | null> {
  const runId = session.context.env.DEPLOYTRACK_RUN;
  if (runId === undefined || runId === '' || flag(invocation, 'id')) return null;
  const { settings, store, warnings } = session;
  const said = { deployment: settings.text('deployment'), environment: settings.text('environment') };
  const database = await store.database().catch(() => null);
  const row = database === null ? null : findDeployment(database, runId);
  // Its beginning may still wait in the journal: nobody can tell that it is another one.
  if (row === null || row.fragment) return said.deployment === null ? runId : null;
  if (row.status !== 'in-progress') return null;
  const isSame =
    (said.deployment ?? row.deployment) === row.deployment &&
    (said.environment ?? row.environment) === row.environment;
  if (isSame) return runId;
  warnings.push({
    code: 'OTHER_RUN',
    message: `this ${invocation.word} opens a deployment of its own: the run ${runId} is of ${row.deployment}/${row.environment}`,
  });
  return null;
}
