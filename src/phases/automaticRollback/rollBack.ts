import { asWarning } from '../../errors.ts';
import { lastOutage } from '../../ledger/rollback/lastChecks.ts';
import { isForbidden, whyNot } from '../../ledger/rollback/verdict.ts';
import { secondsBetween } from '../../model.ts';
import type { Outage } from '../../probe/downtime.ts';
import { printLine } from '../../report/messages/print.ts';
import { problemLines } from '../../report/messages/warnings.ts';
import type { Session } from '../../session.ts';
import { visible } from '../../text/visible.ts';
import { carryOut, type Rollback } from './carryOut.ts';
import type { Failure } from './checks.ts';
import { confirmed } from './confirm.ts';
import { type Decided, decide, type Judged, lookAhead, type Question } from './decide.ts';
import { type SeenAttempt, seenOutages } from './outage.ts';
import type { RollbackOrder, VerifyPlan } from './plan.ts';
import { tellEnd, tellRefused, tellUndecided } from './words.ts';

/** What a failed rollback, and one that is not allowed, exit with. */
const codeOf = { failed: 3, forbidden: 4 } as const;

export interface FailedCheck {
  readonly question: Question;
  readonly plan: VerifyPlan;
  readonly order: RollbackOrder;
  readonly failure: Failure;
  readonly attempts: readonly SeenAttempt[];
  /** Settles with a signal, if signals are held back. */
  readonly interrupted: Promise<unknown> | null;
}

/**
 * A check has failed: decides about a rollback and carries it out. The exit code, if it is not that of the failure; null
 * if it is.
 */
export async function afterFailedCheck(session: Session, failed: FailedCheck): Promise<number | null> {
  const { question, failure, attempts, plan, order } = failed;
  const decided = await decision(session, failed);
  if (decided === 'no') return codeOf.forbidden;
  if (decided === null) {
    tellUndecided(session.context, { ...question, failure });
    return null;
  }
  const { verdict, row, rollbackId } = decided;
  if (verdict.kind === 'roll-back') {
    const { to } = verdict;
    return goBack(session, { row, rollbackId, to, failure, plan, order, attempts, commandDone: false });
  }
  tellRefused(session.context, { row, verdict, failure });
  return isForbidden(verdict) ? codeOf.forbidden : null;
}

/** `no`: not confirmed; null: it cannot be recorded, and without its row nothing is run. */
async function decision(session: Session, failed: FailedCheck): Promise<Decided | 'no' | null> {
  const { question, failure, attempts, order } = failed;
  try {
    if (order.confirm && (await ask(session, failed)) === 'no') return 'no';
    const since = attempts[0]?.startedAt ?? session.context.instant();
    return await decide(session, { question, failure, outages: seenOutages(attempts, since) });
  } catch (error) {
    session.warnings.push(asWarning(error, 'recording'));
    return null;
  }
}

/** Carries out a decision that is recorded as open. */
export async function goBack(session: Session, rollback: Rollback): Promise<number | null> {
  const { context } = session;
  const { row, to, failure, plan } = rollback;
  printLine(context, `rolling back ${row.deployment} from ${row.version} to ${to}: ${failure.words}`);
  const { error, seen } = await carryOut(session, rollback);
  const outage = await outageOf(session, { ...row, seen });
  const isVerified = plan.health !== null || plan.smokes.length > 0;
  tellEnd(context, { row, to, failure, error, isVerified, outage });
  return error === null ? null : codeOf.failed;
}

/** As it is recorded: it may have begun in the cutover. What was seen here, if the ledger could not take its end. */
async function outageOf(
  { store }: Session,
  { deploymentId, seen }: { deploymentId: string; seen: Outage | null },
): Promise<{ seconds: number | null } | null> {
  const stored = store.isOpen ? lastOutage(await store.database(), deploymentId) : null;
  if (seen === null || (stored?.seconds ?? null) !== null) return stored;
  const { beganAt, endedAt } = seen;
  return { seconds: endedAt === null ? null : secondsBetween(beganAt, endedAt).seconds };
}

/** `--confirm`: asks only if there is something to roll back. */
async function ask(
  session: Session,
  { question, failure, order, interrupted }: FailedCheck,
): Promise<'yes' | 'no'> {
  const { context } = session;
  const judged: Judged | null = await lookAhead(session, question);
  if (judged === null || judged.verdict.kind !== 'roll-back') return 'yes';
  const { row, verdict } = judged;
  const answer = await confirmed(context, {
    question: `${failure.words}. Roll back ${row.deployment} from ${row.version} to ${verdict.to} with ${order.shown}?`,
    interrupted,
  });
  if (answer === true) return 'yes';
  const why = answer === null ? 'there is no terminal for --confirm to ask in' : 'it was not confirmed';
  const message = `${row.deployment} ${row.version} failed (${failure.words}); not rolled back: ${why}`;
  context.stderr.write(problemLines({ message }, 'error'));
  return 'no';
}

/** `--dry-run`: what would be done if a check failed now, in one line. */
export async function planned(
  session: Session,
  asked: { question: Question; order: RollbackOrder },
): Promise<string> {
  return visible(await plannedText(session, asked));
}

async function plannedText(
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
