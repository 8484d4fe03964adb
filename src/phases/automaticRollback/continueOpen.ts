import { type DeploymentRow, findDeployment } from '../../ledger/deployments.ts';
import { saveProcess } from '../../ledger/marks/deploymentProcesses.ts';
import { type OpenDecision, openDecision } from '../../ledger/rollback/situation.ts';
import { identify, liveness } from '../../processes.ts';
import { printLine } from '../../report/messages/print.ts';
import { problemLines } from '../../report/messages/warnings.ts';
import type { Session } from '../../session.ts';
import { separateRollbackMark } from '../rollbackMark.ts';
import type { RollbackOrder, VerifyPlan } from './plan.ts';
import { goBack } from './rollBack.ts';

interface Continued {
  readonly deploymentId: string;
  readonly plan: VerifyPlan;
  readonly order: RollbackOrder;
}

/**
 * A rollback that was decided and whose process was killed: it is carried on if its command was provably not started, or
 * only its verification is left; otherwise it is recorded as failed, and never run again. The exit code; null if there
 * is no such decision.
 */
export async function continueOpen(session: Session, continued: Continued): Promise<number | null> {
  const { context } = session;
  const { deploymentId } = continued;
  const found = await claim(session, deploymentId).catch(() => null); // the checks report that the ledger cannot be used
  if (found === null) return null;
  const { row, open } = found;
  if (open.life !== 'dead') {
    printLine(
      context,
      `a rollback of ${deploymentId} is ${open.life === 'alive' ? 'running' : 'open'} already; nothing was done`,
    );
    return 1;
  }
  const to = open.toVersion;
  if (to === null || open.command === 'running' || open.command === 'failed') {
    await settleAsFailed(session, { deploymentId, open });
    return 3;
  }
  printLine(context, `continuing the rollback of ${deploymentId} that was interrupted`);
  const failure = { reason: open.reason, words: open.failedCheck };
  const rest = { ...continued, row, rollbackId: open.rollbackId, to, failure, attempts: [] };
  return (await goBack(session, { ...rest, commandDone: open.command === 'success' })) ?? 1;
}

/** Of two processes one claims it: the other sees a living one. */
async function claim(
  { context, store, warnings }: Session,
  deploymentId: string,
): Promise<{ row: DeploymentRow; open: OpenDecision } | null> {
  await store.takeIn(warnings);
  const own = identify(context, context.pid);
  return store.write((database) => {
    const row = findDeployment(database, deploymentId);
    const open = openDecision(database, { deploymentId, life: (process) => liveness(context, process) });
    if (row === null || open === null) return null;
    if (open.life === 'dead') saveProcess(database, { deploymentId, role: 'phase', process: own });
    return { row, open };
  });
}

async function settleAsFailed(
  session: Session,
  { deploymentId, open }: { deploymentId: string; open: OpenDecision },
): Promise<void> {
  const { context, store, warnings } = session;
  const error = 'interrupted: its result is unknown';
  const mark = separateRollbackMark(context, {
    deploymentId,
    at: context.instant(),
    reason: open.reason,
    toVersion: open.toVersion,
    success: false,
    exitCode: null,
    error,
    step: 'end',
  });
  warnings.push(...(await store.record({ ...mark, rollbackId: open.rollbackId })));
  context.stderr.write(
    problemLines(
      {
        message: `the rollback of ${deploymentId} to ${open.toVersion ?? 'an unknown version'} was interrupted while its command ran; recorded as failed, and not run again`,
        hint: 'check which version is in service, and roll back by hand if it is the wrong one',
      },
      'error',
    ),
  );
}
