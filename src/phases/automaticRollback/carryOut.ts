import type { ChildEnd } from '../../child/end.ts';
import { type RunningChild, startChild } from '../../child/run.ts';
import { serviceOf } from '../../deployments/resolveDeployment.ts';
import type { DeploymentRow } from '../../ledger/deployments.ts';
import type { RollbackMark } from '../../marks.ts';
import type { Attempt } from '../../probe/attempt.ts';
import type { Outage } from '../../probe/downtime.ts';
import { type Prober, startProber } from '../../probe/prober.ts';
import { identify } from '../../processes.ts';
import { printLine } from '../../report/messages/print.ts';
import type { Session } from '../../session.ts';
import { formatSeconds } from '../../text/figures.ts';
import { phaseEndMark, phaseStartMark } from '../phaseMarks.ts';
import { stageResult } from '../stageResult.ts';
import { type Failure, runChecks } from './checks.ts';
import { type SeenAttempt, seenOutages } from './outage.ts';
import type { RollbackOrder, VerifyPlan } from './plan.ts';

/** A rollback that was decided and is recorded as open. */
export interface Rollback {
  readonly row: DeploymentRow;
  readonly rollbackId: string;
  readonly to: string;
  readonly failure: Failure;
  readonly plan: VerifyPlan;
  readonly order: RollbackOrder;
  /** What the checks of the version that failed have seen. */
  readonly attempts: readonly SeenAttempt[];
  /** Its command has succeeded already: only the verification is left. */
  readonly commandDone: boolean;
}

export interface RollbackResult {
  /** Null if it succeeded. */
  readonly error: string | null;
  /** As the probes have seen it; null if none has failed. */
  readonly seen: Outage | null;
}

/** Runs the rollback command once, verifies the restored version, and records both. */
export async function carryOut(session: Session, rollback: Rollback): Promise<RollbackResult> {
  const { context } = session;
  const since = rollback.attempts[0]?.startedAt ?? context.instant();
  const prober = probe(session, rollback);
  const ran = rollback.commandDone ? null : await runCommand(session, rollback);
  const probed = prober?.stop(ran?.end.interrupted) ?? Promise.resolve([]);
  const checked = ran?.error == null ? await restored(session, { rollback, end: ran?.end ?? null }) : null;
  const error = ran?.error ?? checked?.error ?? null;
  const attempts = [...rollback.attempts, ...(await probed), ...(checked?.attempts ?? [])];
  const outages = seenOutages(attempts, since);
  await recordEnd(session, { rollback, error, outages, exitCode: ran?.end.exitCode ?? null });
  ran?.end.release();
  return { error, seen: outages[0] ?? null };
}

/** Users see the outage while the command runs, so it is probed then too. */
function probe({ context }: Session, { plan }: Rollback): Prober | null {
  const target = plan.health?.target(null) ?? null;
  if (plan.health === null || target === null) return null;
  const intervalMs = Math.min(1000, Math.max(10, plan.health.intervalMs));
  return startProber(context, { target, intervalMs });
}

/** The phase `rollback` is recorded before the command is started: without its row it was provably not started. */
async function runCommand(
  session: Session,
  rollback: Rollback,
): Promise<{ end: ChildEnd; error: string | null }> {
  const { context, store } = session;
  const { order } = rollback;
  const { deploymentId } = rollback.row;
  const phase = { deploymentId, stage: 'rollback', service: serviceOf(session), runId: context.uniqueId() };
  const record = async (mark: Parameters<typeof store.record>[0]) =>
    session.warnings.push(...(await store.record(mark)).filter(({ code }) => code !== 'LATE'));
  await record(
    phaseStartMark(context, {
      ...phase,
      at: context.instant(),
      process: identify(context, context.pid),
    }),
  );
  const end = await start(session, rollback).ended;
  const result = stageResult(end, { judged: 'yes', stderrTail: null, timeoutMs: order.timeoutMs });
  const { startedAt, endedAt: at } = end;
  await record(phaseEndMark(context, { ...phase, at, startedAt, result }));
  return { end, error: result.errorMessage };
}

function start({ context }: Session, { row, to, failure, order }: Rollback): RunningChild {
  const env = {
    ...context.env,
    DEPLOYTRACK_ID: row.deploymentId,
    DEPLOYTRACK_ROLLING_BACK: row.deploymentId,
    DEPLOYTRACK_PREVIOUS_VERSION: to,
    DEPLOYTRACK_ROLLBACK_REASON: `${failure.reason}: ${failure.words}`,
  };
  const limit = order.timeoutMs === null ? {} : { timeoutMs: order.timeoutMs };
  return startChild(context, { ...order.call, env, ...limit });
}

/** The same checks as those of the version that failed. */
async function restored(
  session: Session,
  { rollback, end }: { rollback: Rollback; end: ChildEnd | null },
): Promise<{ error: string | null; attempts: readonly Attempt[] }> {
  const { context } = session;
  const { plan, row, to } = rollback;
  const watchMs = plan.health?.watchMs ?? null;
  if (watchMs !== null)
    printLine(
      context,
      `checking ${to} in the same way, and watching it for ${formatSeconds(watchMs / 1000)}`,
    );
  const checking = runChecks(session, { plan, deploymentId: row.deploymentId, expectVersion: to });
  // The rollback command is over: signals are for us again.
  const stopped = end === null ? [] : [end.interrupted.then(() => null)];
  const checked = await Promise.race([checking, ...stopped]);
  if (checked === null || checked.interrupted !== null)
    return {
      error: 'interrupted before the restored version was verified',
      attempts: checked?.attempts ?? [],
    };
  const { failure, attempts } = checked;
  return { error: failure === null ? null : `after the rollback: ${failure.words}`, attempts };
}

async function recordEnd(
  { context, store, warnings }: Session,
  {
    rollback,
    error,
    outages,
    exitCode,
  }: Pick<RollbackMark, 'error' | 'exitCode'> & {
    rollback: Rollback;
    outages: ReturnType<typeof seenOutages>;
  },
): Promise<void> {
  const { row, rollbackId, to, failure } = rollback;
  const mark: RollbackMark = {
    kind: 'rollback',
    markId: context.uniqueId(),
    deploymentId: row.deploymentId,
    at: context.instant(),
    rollbackId,
    reason: failure.reason,
    toVersion: to,
    success: error === null,
    exitCode,
    error,
    step: 'end',
    automatic: { failedCheck: failure.words, refused: null, process: null, outages },
  };
  warnings.push(...(await store.record(mark)));
}
