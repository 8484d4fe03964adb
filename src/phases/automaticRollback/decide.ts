import { stopwatch } from '../../duration.ts';
import type { Warning } from '../../errors.ts';
import { type DeploymentRow, findDeployment } from '../../ledger/deployments.ts';
import { saveOpenMark } from '../../ledger/exchange/openMarks.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { applyRollback } from '../../ledger/marks/applyRollback.ts';
import { readSituation } from '../../ledger/rollback/situation.ts';
import { type RollbackVerdict, rollbackVerdict, whyNot } from '../../ledger/rollback/verdict.ts';
import { saveWarnings } from '../../ledger/saveWarnings.ts';
import type { AutomaticRollback, RollbackMark } from '../../marks.ts';
import { identify } from '../../processes.ts';
import { redactMark } from '../../redactMark.ts';
import { printLine } from '../../report/messages/print.ts';
import type { Session } from '../../session.ts';
import type { Failure } from './checks.ts';

export interface Question {
  readonly deploymentId: string;
  /** The script of `run` has ended successfully: whatever it switches is switched. */
  readonly succeeded: boolean;
}

/** A verdict, and the deployment that it is about. */
export interface Judged {
  readonly verdict: RollbackVerdict;
  readonly row: DeploymentRow;
}

/** What would be decided now; nothing is recorded. Throws if the ledger cannot be read; null for an unknown deployment. */
export async function lookAhead(session: Session, question: Question): Promise<Judged | null> {
  return judged(session, { database: await session.store.database(), question });
}

function judged(
  { context }: Session,
  { database, question }: { database: Database; question: Question },
): Judged | null {
  const row = findDeployment(database, question.deploymentId);
  if (row === null || row.fragment) return null;
  // What runs inside a rollback never starts another one, of whatever deployment.
  const within = context.env.DEPLOYTRACK_ROLLING_BACK ?? null;
  const situation = readSituation(database, { row, within, succeeded: question.succeeded });
  return { verdict: rollbackVerdict(situation), row };
}

export interface Decided extends Judged {
  readonly rollbackId: string;
}

/**
 * Decides, and records the decision in the same transaction: it is durable before anything is run, and of two processes
 * one decides. Throws if the ledger cannot be used; null for an unknown deployment.
 */
export async function decide(
  session: Session,
  {
    question,
    failure,
    outages,
  }: { question: Question; failure: Failure; outages: AutomaticRollback['outages'] },
): Promise<Decided | null> {
  const { context, warnings } = session;
  const rollbackId = context.uniqueId();
  const process = identify(context, context.pid);
  return writePatiently(session, (database) => {
    const found = judged(session, { database, question });
    if (found === null) return null;
    const { verdict, row } = found;
    const refused = whyNot(verdict);
    const isRecorded = ['roll-back', 'irreversible', 'none-good'].includes(verdict.kind);
    if (isRecorded) {
      const mark: RollbackMark = redactMark({
        kind: 'rollback',
        markId: context.uniqueId(),
        deploymentId: row.deploymentId,
        at: context.instant(),
        rollbackId,
        reason: failure.reason,
        toVersion: verdict.kind === 'roll-back' ? verdict.to : null,
        success: false,
        exitCode: null,
        error: null,
        step: refused === null ? 'begin' : 'refused',
        automatic: { failedCheck: failure.words, refused, process, outages },
      });
      keep(database, { mark, warnings });
    }
    return { ...found, rollbackId };
  });
}

/** A mark can wait in the journal; a decision cannot, and without it the service stays down. */
const patienceMs = 30_000;

/** Waits longer for a locked ledger than marks do. */
async function writePatiently<Result>(
  { context, store, warnings }: Session,
  work: (database: Database) => Result,
): Promise<Result> {
  const waitedMs = stopwatch(context);
  let isTold = false;
  for (;;) {
    try {
      await store.takeIn(warnings);
      return await store.write(work);
    } catch (error) {
      const isBusy = (error as { code?: string }).code === 'LEDGER_BUSY';
      if (!isBusy || waitedMs() >= patienceMs) throw error;
      if (!isTold) printLine(context, 'waiting up to 30 s for the ledger, which is locked');
      isTold = true;
      await context.sleep(100);
    }
  }
}

function keep(database: Database, { mark, warnings }: { mark: RollbackMark; warnings: Warning[] }): void {
  const own = applyRollback(database, mark);
  saveOpenMark(database, mark);
  if (own.length === 0) return;
  saveWarnings(database, { warnings: own, mark });
  warnings.push(...own);
}
