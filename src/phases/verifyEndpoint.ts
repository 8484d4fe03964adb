import { deploymentRow, type ResolvedDeployment, serviceOf } from '../deployments/resolveDeployment.ts';
import { type Attempt, createProbe, type Probe } from '../probe/attempt.ts';
import { createCommandProbe } from '../probe/command.ts';
import type { HealthPlan } from '../probe/verification/healthPlan.ts';
import { liveVerification } from '../probe/verification/liveVerification.ts';
import { recordVerification } from '../probe/verification/recordVerification.ts';
import { versionHint } from '../probe/verification/versionHint.ts';
import { type Verification, verifyHealth } from '../probe/verify.ts';
import { watchHealth } from '../probe/watch.ts';
import { redact } from '../redact.ts';
import { problemLines } from '../report/messages/warnings.ts';
import type { Session } from '../session.ts';
import { showAsRunning } from './showAsRunning.ts';

interface Verifying {
  readonly plan: HealthPlan;
  readonly which: Pick<ResolvedDeployment, 'deploymentId'>;
  readonly expectVersion: string | null;
  /** It was healthy before: it is watched at once, and no time limit runs before it. */
  readonly wasHealthy?: boolean;
}

/** A verification, and the share of failed checks if it was watched. */
export interface Verified {
  readonly verification: Verification;
  readonly errorRate: number | null;
}

/** Verifies, records, and reports a failure; whether it succeeded. */
export async function verify(session: Session, verifying: Verifying): Promise<boolean> {
  return (await verifyEndpoint(session, verifying)).verification.success;
}

export async function verifyEndpoint(
  session: Session,
  { plan, which, expectVersion, wasHealthy = false }: Verifying,
): Promise<Verified> {
  const { context } = session;
  const { deploymentId } = which;
  const hasVersion = !plan.anyVersion && plan.target(null)?.kind === 'http';
  const expected = hasVersion ? (expectVersion ?? (await versionOf(session, deploymentId))) : null;
  const target = plan.target(expected);
  const attempt =
    target === null
      ? createCommandProbe(context, { file: plan.command[0] ?? '', args: plan.command.slice(1) })
      : createProbe(context, target);
  const verificationId = context.uniqueId();
  if (deploymentId !== null)
    await showAsRunning(session, {
      deploymentId,
      stage: 'health_check',
      runId: verificationId,
      at: context.instant(),
    });
  const live = liveVerification(context, { isShown: target !== null });
  const hint = versionHint(context);
  const onAttempt = (made: Attempt) => {
    live.onAttempt(made);
    if (plan.timeoutMs > plan.intervalMs) hint(made);
  };
  const tried = attempts(session, { plan, attempt, onAttempt, wasHealthy });
  const { verification, errorRate } = await tried.finally(live.end);
  if (deploymentId !== null) {
    await recordVerification(session, {
      deploymentId,
      verificationId,
      service: serviceOf(session),
      plan,
      verification,
      errorRate,
      target: target?.url ?? shownCommand(plan.command),
      expectedVersion: target?.kind === 'http' ? expected : null,
    });
  }
  if (!verification.success)
    context.stderr.write(problemLines({ message: `health: ${redact(verification.words)}` }));
  return { verification, errorRate };
}

/** The program, and that it had arguments: the arguments may be secrets. */
function shownCommand([program = '', ...args]: readonly string[]): string {
  return args.length === 0 ? program : `${program} …`;
}

interface Trying {
  readonly plan: HealthPlan;
  readonly attempt: Probe;
  readonly onAttempt: (attempt: Attempt) => void;
}

async function attempts(
  session: Session,
  { wasHealthy, ...trying }: Trying & { wasHealthy: boolean },
): Promise<Verified> {
  const { plan, attempt, onAttempt } = trying;
  if (wasHealthy) return watched(session, trying);
  const first = await verifyHealth(session.context, {
    attempt,
    onAttempt,
    intervalMs: plan.intervalMs,
    timeoutMs: plan.timeoutMs,
    attemptTimeoutMs: plan.attemptTimeoutMs,
    consecutive: plan.consecutive,
  });
  if (!first.success || plan.watchMs === null) return { verification: first, errorRate: null };
  const { verification, errorRate } = await watched(session, trying);
  const { startedAt, firstGoodAt } = first;
  const all = [...first.attempts, ...verification.attempts];
  return { verification: { ...verification, startedAt, firstGoodAt, attempts: all }, errorRate };
}

async function watched({ context }: Session, { plan, attempt, onAttempt }: Trying): Promise<Verified> {
  const verification = await watchHealth(context, {
    attempt,
    onAttempt,
    intervalMs: plan.intervalMs,
    attemptTimeoutMs: plan.attemptTimeoutMs,
    watchMs: plan.watchMs ?? 0,
    minSuccess: plan.minSuccess,
  });
  const wrong = verification.attempts.filter((one) => !one.healthy).length;
  return { verification, errorRate: wrong / verification.attempts.length };
}

/** The deployment's version; null, with a warning, if there is none to expect. */
async function versionOf(session: Session, deploymentId: string | null): Promise<string | null> {
  if (deploymentId === null) return null;
  const row = await deploymentRow(session, deploymentId).catch(() => null);
  if (row !== null && !row.fragment && row.version !== 'unknown') return row.version;
  const why = row === null ? 'the deployment cannot be read' : 'its version is unknown';
  session.warnings.push({
    code: 'VERSION',
    message: `health: ${why}; only the status is verified`,
    hint: 'use --expect-version <v>, or --any-version if this is intended',
  });
  return null;
}
