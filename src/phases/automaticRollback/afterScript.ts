import type { ChildEnd } from '../../child/end.ts';
import { shellCodeOf } from '../../child/end.ts';
import { type LastFailure, lastFailure } from '../../ledger/rollback/lastChecks.ts';
import { printLine } from '../../report/messages/print.ts';
import type { Session } from '../../session.ts';
import { runChecks } from './checks.ts';
import { readVerifyPlan, type VerifyInput, type VerifyPlan } from './plan.ts';
import { plannedRun, type StartInput } from './plannedRun.ts';
import { afterFailedCheck } from './rollBack.ts';

/** What `run` does after its script. */
export interface ScriptVerification {
  /** The exit code of `run`. */
  after(session: Session, ended: { end: ChildEnd; deploymentId: string }): Promise<number>;
  /** `--dry-run`. */
  planned(session: Session, wrapped: readonly string[]): Promise<string>;
}

/** Throws a usage error. */
export async function scriptVerification(
  session: Session,
  said: VerifyInput & StartInput,
): Promise<ScriptVerification> {
  const plan = await readVerifyPlan(session, said);
  return {
    after: (running, ended) => afterScript(running, { plan, ...ended }),
    planned: (running, wrapped) => plannedRun(running, { plan, wrapped, start: said }),
  };
}

interface Ended {
  readonly plan: VerifyPlan;
  readonly end: ChildEnd;
  readonly deploymentId: string;
}

/** The checks of `run` after its script, and a rollback if the script or one of them failed. The exit code of `run`. */
async function afterScript(session: Session, ended: Ended): Promise<number> {
  const { plan, end, deploymentId } = ended;
  const { rollback: order } = plan;
  if (end.shellCode !== 0) {
    if (order === null) return end.shellCode;
    const { failure, attempts } = await scriptFailure(session, ended);
    const question = { deploymentId, succeeded: false };
    const failed = { question, plan, order, failure, attempts, interrupted: end.interrupted };
    return (await afterFailedCheck(session, failed)) ?? end.shellCode;
  }
  const checking = runChecks(session, { plan, deploymentId, expectVersion: null });
  const checked = await Promise.race([checking, end.interrupted]);
  if (typeof checked === 'string' || checked.interrupted !== null) {
    const signal = typeof checked === 'string' ? checked : (checked.interrupted?.signal ?? null);
    printLine(session.context, 'interrupted during the verification; nothing was rolled back');
    return shellCodeOf({ exitCode: null, signal, timedOut: false, failure: null });
  }
  const { failure, attempts } = checked;
  if (failure === null) return 0;
  if (order === null) return 1;
  const question = { deploymentId, succeeded: true };
  const failed = { question, plan, order, failure, attempts, interrupted: end.interrupted };
  return (await afterFailedCheck(session, failed)) ?? 1;
}

/** The check in the script that failed last says more than its exit code. */
async function scriptFailure(session: Session, { end, deploymentId }: Ended): Promise<LastFailure> {
  const words = `the script: ${end.failure?.message ?? end.signal ?? `exit code ${end.exitCode}`}`;
  const unknown = { failure: { reason: 'script failed', words }, attempts: [] };
  try {
    return lastFailure(await session.store.database(), deploymentId) ?? unknown;
  } catch {
    return unknown; // the decision reports that the ledger cannot be used
  }
}
