import { asWarning } from '../../errors.ts';
import { lastOutage } from '../../ledger/rollback/lastChecks.ts';
import { isForbidden, whyNot } from '../../ledger/rollback/verdict.ts';
import { printLine } from '../../report/messages/print.ts';
import { problemLines } from '../../report/messages/warnings.ts';
import type { Session } from '../../session.ts';
import { carryOut, type Rollback } from './carryOut.ts';
import type { Failure } from './checks.ts';
import { confirmed } from './confirm.ts';
import { decide, type Judged, lookAhead, type Question } from './decide.ts';
import { type SeenAttempt, seenOutages } from './outage.ts';
import type { RollbackOrder, VerifyPlan } from './plan.ts';
import { tellEnd, tellRefused } from './words.ts';

/** What a failed rollback, and one that is not allowed, exit with. */
const codeOf = { failed: 3, forbidden: 4 } as const;

export interface FailedCheck {
  readonly question: Question;
  readonly plan: VerifyPlan;
  readonly order: RollbackOrder;
  readonly failure: Failure;
  readonly attempts: readonly SeenAttempt[];
}

/**
 * A check has failed: decides about a rollback and carries it out. The exit code, if it is not that of the failure; null
 * if it is.
 */
export async function afterFailedCheck(session: Session, failed: FailedCheck): Promise<number | null> {
  try {
    const asked = failed.order.confirm ? await ask(session, failed) : null;
    return asked === 'no' ? codeOf.forbidden : await decideAndGo(session, failed);
  } catch (error) {
    session.warnings.push(asWarning(error, 'recording'));
    tellUndecided(session, failed);
    return null;
  }
}

async function decideAndGo(session: Session, failed: FailedCheck): Promise<number | null> {
  const { question, failure, attempts } = failed;
  const since = attempts[0]?.startedAt ?? session.context.instant();
  const decided = await decide(session, { question, failure, outages: seenOutages(attempts, since) });
  if (decided === null) {
    tellUndecided(session, failed);
    return null;
  }
  const { verdict, row, rollbackId } = decided;
  if (verdict.kind !== 'roll-back') {
    tellRefused(session.context, { row, verdict, failure });
    return isForbidden(verdict) ? codeOf.forbidden : null;
  }
  const { plan, order } = failed;
  return goBack(session, {
    row,
    rollbackId,
    to: verdict.to,
    failure,
    plan,
    order,
    attempts,
    commandDone: false,
  });
}

/** Carries out a decision that is recorded as open. */
export async function goBack(session: Session, rollback: Rollback): Promise<number | null> {
  const { context, store } = session;
  const { row, to, failure, plan } = rollback;
  printLine(context, `rolling back ${row.deployment} from ${row.version} to ${to}: ${failure.words}`);
  const { error, wasDown } = await carryOut(session, rollback);
  const database = wasDown && store.isOpen ? await store.database() : null;
  const outage = database === null ? null : lastOutage(database, row.deploymentId);
  const isVerified = plan.health !== null || plan.smokes.length > 0;
  tellEnd(context, { row, to, failure, error, isVerified, outage });
  return error === null ? null : codeOf.failed;
}

/** `--confirm`: asks only if there is something to roll back. */
async function ask(session: Session, { question, failure, order }: FailedCheck): Promise<'yes' | 'no'> {
  const { context } = session;
  const judged: Judged | null = await lookAhead(session, question);
  if (judged === null || judged.verdict.kind !== 'roll-back') return 'yes';
  const { row, verdict } = judged;
  const answer = await confirmed(
    context,
    `${failure.words}. Roll back ${row.deployment} from ${row.version} to ${verdict.to} with ${order.shown}?`,
  );
  if (answer === true) return 'yes';
  const why = answer === null ? 'there is no terminal for --confirm to ask in' : 'it was not confirmed';
  const message = `${row.deployment} ${row.version} failed (${failure.words}); not rolled back: ${why}`;
  context.stderr.write(problemLines({ message }, 'error'));
  return 'no';
}

function tellUndecided({ context }: Session, { question, failure }: FailedCheck): void {
  const message = `deployment ${question.deploymentId} failed (${failure.words}); not rolled back: it cannot be read from the ledger`;
  context.stderr.write(problemLines({ message, hint: 'roll back by hand' }, 'error'));
}

/** `--dry-run`: what would be done if a check failed now. */
export async function planned(
  session: Session,
  { question, order }: { question: Question; order: RollbackOrder },
): Promise<string> {
  const judged = await lookAhead(session, question);
  if (judged === null)
    return `deployment ${question.deploymentId} not found in this ledger; nothing would be rolled back`;
  const { verdict, row } = judged;
  const what = `if a check of ${row.deployment} ${row.version} failed now`;
  return verdict.kind === 'roll-back'
    ? `${what}, it would be rolled back to ${verdict.to} with: ${order.shown}`
    : `${what}, nothing would be rolled back: ${whyNot(verdict)}`;
}
