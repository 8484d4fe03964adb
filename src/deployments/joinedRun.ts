import { findDeployment } from '../ledger/deployments.ts';
import { safeId } from '../safeId.ts';
import type { Session } from '../session.ts';

/**
 * Inside `run`, a `start` or `run` of the same deployment and environment is that run's own: its id. What is not said is the
 * run's, not what a folder or a CI would infer. Null outside, with an id of its own, and for another deployment, which is
 * told.
 */
export async function joinedRun(session: Session): Promise<string | null> {
  const runId = session.context.env.DEPLOYTRACK_RUN;
  if (runId === undefined || runId === '') return null;
  const given = session.settings.given('id');
  if (given !== null && safeId(given) !== runId) return null;
  const { settings, store, warnings } = session;
  const said = { deployment: settings.text('deployment'), environment: settings.text('environment') };
  // What cannot be read is as if it were not there: a script is not to be kept from running.
  const row = await store
    .database()
    .then((database) => findDeployment(database, runId))
    .catch(() => null);
  // Its beginning may still wait in the journal: nobody can tell that it is another one.
  if (row === null || row.fragment) return said.deployment === null ? runId : null;
  if (row.status !== 'in-progress') return null;
  const isSame =
    (said.deployment ?? row.deployment) === row.deployment &&
    (said.environment ?? row.environment) === row.environment;
  if (isSame) return runId;
  warnings.push({
    code: 'OTHER_RUN',
    message: `this ${session.command.name} opens a deployment of its own: the run ${runId} is of ${row.deployment}/${row.environment}`,
  });
  return null;
}
