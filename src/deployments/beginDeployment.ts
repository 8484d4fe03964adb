import { stopwatch } from '../duration.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import { badVersion } from '../ledger/collected/facts.ts';
import { findDeployment } from '../ledger/deployments.ts';

import type { ProcessIdentity, StartMark } from '../marks.ts';
import { send } from '../push/pushGroups.ts';
import type { Session } from '../session.ts';
import { type StartFacts, startFacts } from './startFacts.ts';
import { startInTurn } from './startInTurn.ts';
import { type StartInput, startMark } from './startMark.ts';

export interface BegunDeployment {
  readonly mark: StartMark;
  readonly facts: StartFacts;
}

interface Beginning {
  readonly said: StartInput;
  readonly caller: ProcessIdentity;
  readonly callerRole: 'caller' | 'run';
  /** `--gate`: returns the mark as it is to be recorded, or throws REFUSED. */
  readonly admit?: ((mark: StartMark) => Promise<StartMark>) | null;
}

/**
 * Starts a deployment for `start` and `run`: checks, records, and pushes counters at zero. Throws a usage error for
 * invalid options or an ID that exists, REFUSED if `--exclusive`, a bad version or `--gate` prevents the start; then nothing
 * was changed.
 */
export async function beginDeployment(
  session: Session,
  { said, caller, callerRole, admit = null }: Beginning,
): Promise<BegunDeployment> {
  const waitedMs = stopwatch(session.context);
  const facts = startFacts(session);
  session.warnings.push(...facts.warnings);
  const wanted = await startMark(session, { said, facts, caller, callerRole });
  const { waitMs } = said;
  await refuseTakenId(session, { mark: wanted, isGiven: session.settings.given('id') !== null });
  await refuseBad(session, wanted);
  const mark = admit === null ? wanted : await admit(wanted);
  const insists = said.exclusive || waitMs !== null;
  const inTurn = insists || mark.takeOver;
  session.warnings.push(
    ...(inTurn
      ? await startInTurn(session, { mark, waitMs: waitMs ?? 0, waitedMs, insists })
      : await session.store.record(mark)),
  );
  session.store.settleNew();
  return { mark, facts };
}

export async function sendBegun(session: Session, mark: StartMark): Promise<void> {
  await send(session, { deploymentId: mark.deploymentId, adopt: 'always' });
}

async function refuseTakenId(
  session: Session,
  { mark, isGiven }: { mark: StartMark; isGiven: boolean },
): Promise<void> {
  if (!isGiven || mark.join) return;
  const found = await ask(session, (database) => findDeployment(database, mark.deploymentId));
  if (found !== null && found !== undefined && !found.fragment)
    throw usageError(
      `deployment ${mark.deploymentId} already exists (${found.status}, since ${found.startedAt})`,
      'use --join to continue it',
    );
}

/** A version that was rolled back by `--rollback` is not deployed again without a reason. */
async function refuseBad(session: Session, mark: StartMark): Promise<void> {
  const { version, deploymentId, join } = mark;
  if (version === 'unknown' || (mark.forceBad ?? null) !== null) return;
  const bad = await ask(session, (database) =>
    join && findDeployment(database, deploymentId) !== null ? null : badVersion(database, mark),
  );
  if (bad === null || bad === undefined) return;
  throw new DeploytrackError({
    code: 'REFUSED',
    message: `version ${version} of ${mark.deployment}/${mark.environment} is marked bad: deployment ${bad.deploymentId} failed (${bad.failedCheck ?? 'the reason is not recorded'}); nothing was started`,
    hint: 'deploy another version, or use --force-bad <reason>',
  });
}

async function ask<Answer>(
  session: Session,
  question: (database: Awaited<ReturnType<Session['store']['database']>>) => Answer,
): Promise<Answer | undefined> {
  try {
    return question(await session.store.database());
  } catch {
    return undefined; // the mark itself reports that the ledger cannot be used
  }
}
