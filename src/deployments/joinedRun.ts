import { findDeployment } from '../ledger/deployments.ts';
import { safeId } from '../model.ts';
import type { Session } from '../session.ts';

/**
 * Inside `run`, a `start` or `run` of the same deployment and environment is that of the run: returns its ID. Names
 * that were not given are those of the run, not those of a folder or a CI. Null outside, with an ID of its own, and for
 * another deployment, which is reported.
 */
export async function joinedRun(session: Session): Promise<string | null> {
  const runId = session.context.env.DEPLOYTRACK_RUN;
  if (runId === undefined || runId === '') return null;
  const given = session.settings.given('id');
  if (given !== null && safeId(given) !== runId) return null;
  const { settings, store, warnings } = session;
  const said = { deployment: settings.text('deployment'), environment: settings.text('environment') };
  // An unreadable ledger counts as no run: it must not keep a script from running.
  const row = await store
    .database()
    .then((database) => findDeployment(database, runId))
    .catch(() => null);
  // Its start may still be in the journal, so it cannot be known to be another one.
  if (row === null || row.fragment) return said.deployment === null ? runId : null;
  if (row.status !== 'in-progress') return null;
  const isSame =
    (said.deployment ?? row.deployment) === row.deployment &&
    (said.environment ?? row.environment) === row.environment;
  if (isSame) return runId;
  warnings.push({
    code: 'OTHER_RUN',
    message: `this ${session.command.name} starts a separate deployment: the run ${runId} is of ${row.deployment}/${row.environment}`,
  });
  return null;
}
