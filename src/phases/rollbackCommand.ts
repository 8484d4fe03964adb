import type { ChildEnd } from '../child/end.ts';
import { type RunningChild, startChild } from '../child/run.ts';
import { serviceOf } from '../deployments/resolveDeployment.ts';
import type { Session } from '../session.ts';
import { phaseEndMark } from './phaseMarks.ts';
import { showAsRunning } from './showAsRunning.ts';
import { stageResult } from './stageResult.ts';

/** The command of a rollback, running. */
export interface RollbackCommand {
  readonly child: RunningChild;
  readonly timeoutMs: number | null;
}

/** How the rollback command ended. */
export interface RollbackCommandEnd {
  readonly end: ChildEnd;
  /** Null if it succeeded. */
  readonly error: string | null;
}

/** Starts the rollback command at once, without waiting for anything, not even the ledger. */
export function startRollbackCommand(
  { context }: Session,
  { command, timeoutMs }: { command: readonly string[]; timeoutMs: number | null },
): RollbackCommand {
  const [file = '', ...args] = command;
  const limit = timeoutMs === null ? {} : { timeoutMs };
  return { child: startChild(context, { command: file, args, env: context.env, ...limit }), timeoutMs };
}

/** Waits for its end and records it as the phase `rollback`; null means no deployment, and nothing is recorded. */
export async function recordRollbackCommand(
  session: Session,
  { wayBack, deploymentId }: { wayBack: RollbackCommand; deploymentId: string | null },
): Promise<RollbackCommandEnd> {
  const { context, store } = session;
  const { child, timeoutMs } = wayBack;
  const runId = context.uniqueId();
  const stage = 'rollback';
  if (deploymentId !== null)
    await showAsRunning(session, { deploymentId, stage, runId, at: child.startedAt });
  const end = await child.ended;
  const result = stageResult(end, { judged: 'yes', stderrTail: null, timeoutMs });
  if (deploymentId !== null) {
    const { startedAt, endedAt: at } = end;
    const service = serviceOf(session);
    const mark = phaseEndMark(context, { at, deploymentId, stage, service, startedAt, runId, result });
    // A rollback may well happen after the end of its deployment.
    session.warnings.push(...(await store.record(mark)).filter((warning) => warning.code !== 'LATE'));
  }
  return { end, error: result.errorMessage };
}
